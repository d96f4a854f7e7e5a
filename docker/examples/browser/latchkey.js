// Latchkey from a page: log in, call with the token, refresh by itself, log out. No library, no build.
//
// The tokens are in localStorage, for all tabs of this origin and until the logout. Every script of this origin can read
// them there: let none in that is not yours. Latchkey's demo page (/demo of `latchkey dev`) keeps them in memory instead.

const service = 'http://127.0.0.1:8080'; // its cors.origins has to name the origin of this page

const load = () => JSON.parse(localStorage.getItem('tokens'));
const save = ({ access_token, refresh_token, expires_in }) => {
    localStorage.setItem('tokens', JSON.stringify({ access_token, refresh_token, expires: Date.now() + expires_in * 1000 }));
    localStorage.setItem('device', refresh_token); // outlives the logout, when it opens nothing any more
};

/**
 * One tab at a time, so that none works with tokens that another is replacing. (If it did: for 10 s, Latchkey's
 * tokens.refresh_reuse_window, a refresh token that was used gets its one successor again.) Needs https, or localhost.
 */
const inTurn = (work) => navigator.locks.request('tokens', work);

/** What Latchkey did not grant, in words for the user. `code` is OAuth's, such as invalid_grant. */
async function refusal(answer) {
    const { error, detail } = await answer.json().catch(() => ({}));
    const seconds = answer.headers.get('Retry-After'); // with 429 and 503
    const text = (detail ?? `Status ${answer.status}`) + (seconds ? `. Try again in ${seconds} s.` : '');
    return Object.assign(new Error(text), { code: error, status: answer.status });
}

async function ask(path, form) {
    const answer = await fetch(`${service}/${path}`, { method: 'POST', body: new URLSearchParams(form) });
    if (!answer.ok) throw await refusal(answer);
    return answer.json();
}

export const loggedIn = () => localStorage.getItem('tokens') !== null;

/**
 * Latchkey gets no cookies from this page. By the last refresh token it knows the device on which the account has logged
 * in before, and lets it in while strangers who guess at the password are refused. (An empty one counts as none.)
 */
export const logIn = (username, password) =>
    inTurn(async () => {
        const known = { refresh_token: localStorage.getItem('device') ?? '' };
        save(await ask('token', { grant_type: 'password', username, password, ...known }));
    });

/** Ends the session at the server, too: its tokens are worth nothing from then on. */
export const logOut = () =>
    inTurn(async () => {
        const token = load()?.refresh_token;
        localStorage.removeItem('tokens');
        if (token) await ask('revoke', { token });
    });

/** A token that is good for ten more seconds and is not `refused`: the first tab asks for it, the others find it. */
const accessToken = (refused) =>
    inTurn(async () => {
        const tokens = load();
        if (!tokens) throw new Error('Not logged in');
        if (tokens.expires - Date.now() > 10_000 && tokens.access_token !== refused) return tokens.access_token;
        try {
            save(await ask('token', { grant_type: 'refresh_token', refresh_token: tokens.refresh_token }));
        } catch (error) {
            if (error.code === 'invalid_grant') localStorage.removeItem('tokens'); // logged out elsewhere, or too long ago
            throw error; // anything else, such as a 503 or no network, and the session goes on
        }
        return load().access_token;
    });

/** fetch() with the token: at Latchkey, or at an API of yours that checks its tokens. */
export async function call(url, options = {}) {
    const send = (token) => {
        const headers = { ...options.headers, Authorization: `Bearer ${token}` };
        return fetch(new URL(url, service), { ...options, headers });
    };
    const token = await accessToken();
    const answer = await send(token);
    return answer.status === 401 ? send(await accessToken(token)) : answer; // its key was replaced, for instance
}
