// The first form of the Authorize dialog is the one that most people want: no other may take the focus from it.
const withoutFocus = (Input, { React }) => (props) => React.createElement(Input, { ...props, autoFocus: false });

SwaggerUIBundle({
    url: 'openapi.json', // beside this page, whatever prefix a proxy put before it
    dom_id: '#swagger-ui',
    plugins: [() => ({ wrapComponents: { Input: withoutFocus } })],
    deepLinking: true,
    displayRequestDuration: true,
    tryItOutEnabled: true,
    validatorUrl: null, // or the document's address would go to somebody else's host
    persistAuthorization: false, // a token in localStorage would outlive the page
});
