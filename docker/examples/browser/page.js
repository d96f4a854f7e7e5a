import { call, loggedIn, logIn, logOut } from './latchkey.js';

const [form, session, said] = ['login', 'session', 'said'].map((id) => document.getElementById(id));

function show(text = '') {
    said.textContent = text; // never innerHTML: a script that gets in here could read the tokens
    form.hidden = loggedIn();
    session.hidden = !loggedIn();
}

/** Does it, and shows what came of it, or why not. */
const attempt = (work) => async (event) => {
    event.preventDefault();
    await work().then(show, (error) => show(error.message));
};

form.onsubmit = attempt(async () => {
    const { username, password } = Object.fromEntries(new FormData(form));
    form.elements.password.value = '';
    await logIn(username, password);
});
document.getElementById('logout').onclick = attempt(logOut);
document.getElementById('call').onclick = attempt(async () => {
    const answer = await call('/users/me');
    return `${answer.status} ${JSON.stringify(await answer.json(), null, 2)}`;
});

addEventListener('storage', () => show()); // another tab has logged in or out
show();
