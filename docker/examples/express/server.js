// An API whose callers log in at Latchkey. Each request brings a token, which is checked here without asking anybody.
//
//   JWKS_URL         where Latchkey's public keys are (its tokens.algorithm is ES256)
//   TOKEN_ISSUER     Latchkey's tokens.issuer
//   TOKEN_AUDIENCE   Latchkey's tokens.audience, if it has one
//   HOST, PORT       where to listen
import express from 'express';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';

const {
    JWKS_URL = 'http://127.0.0.1:8080/.well-known/jwks.json',
    TOKEN_ISSUER = 'latchkey',
    TOKEN_AUDIENCE,
    HOST = '127.0.0.1',
    PORT = '8000',
} = process.env;

const keys = createRemoteJWKSet(new URL(JWKS_URL)); // kept for ten minutes; looked for again when a token names a new one
const rules = {
    algorithms: ['ES256'], // chosen here, not by the token
    issuer: TOKEN_ISSUER,
    audience: TOKEN_AUDIENCE,
    typ: TOKEN_AUDIENCE ? 'at+jwt' : 'JWT', // without an audience of our own, a token that has one is not for us
    requiredClaims: ['exp', 'sub'],
    clockTolerance: 5,
};

function refuse(res, status, detail, headers) {
    res.status(status).set(headers).json({ detail });
}

/** The keys could not be fetched: that says nothing about the token. */
const isOutage = (error) =>
    !(error instanceof errors.JOSEError) || ['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID'].includes(error.code);

/** Lets through whose token is good and has all these scopes. Who that is stands in `req.user` then. */
function authenticated(...needed) {
    return async (req, res, next) => {
        const token = /^Bearer +(\S+) *$/i.exec(req.get('Authorization') ?? '')?.[1];
        if (!token) return refuse(res, 401, 'Not authenticated', { 'WWW-Authenticate': 'Bearer' });
        let claims;
        try {
            claims = (await jwtVerify(token, keys, rules)).payload;
        } catch (error) {
            if (isOutage(error)) return refuse(res, 503, 'The login service does not answer', { 'Retry-After': '5' });
            return refuse(res, 401, 'Could not validate credentials', { 'WWW-Authenticate': 'Bearer error="invalid_token"' });
        }
        const scopes = claims.scope?.split(' ') ?? [];
        if (!needed.every((scope) => scopes.includes(scope)))
            return refuse(res, 403, 'Not enough permissions', {
                'WWW-Authenticate': `Bearer error="insufficient_scope", scope="${needed.join(' ')}"`,
            });
        req.user = { id: claims.sub, username: claims.username, scopes }; // the id stays when the name changes
        next();
    };
}

const app = express().disable('x-powered-by');
app.get('/me', authenticated(), (req, res) => res.json(req.user));
app.get('/items', authenticated('items'), (req, res) => res.json({ owner: req.user.id, items: ['a lamp', 'a chair'] }));
app.get('/admin', authenticated('admin'), (req, res) => res.json({ items: 2 }));

const server = app.listen(PORT, HOST, () => console.log(`http://${HOST}:${PORT}`));
process.once('SIGTERM', () => server.close());
