import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ClientCredentials, ResourceOwnerPassword } from 'simple-oauth2';
import { clientId, clientSecret, issuer, itemsStatus, password, username, words } from './service.js';

const refusal = (status, error) => (failure) =>
    failure.output?.statusCode === status && failure.data?.payload?.error === error;

for (const authorizationMethod of ['header', 'body']) {
    const settings = (secret = clientSecret) => ({
        client: { id: clientId, secret },
        auth: { tokenHost: issuer, tokenPath: '/token', revokePath: '/revoke' },
        options: { authorizationMethod },
    });
    const logIn = (parameters = {}) =>
        new ResourceOwnerPassword(settings()).getToken({ username, password, scope: ['items', 'me'], ...parameters });

    describe(`simple-oauth2, client in the ${authorizationMethod}`, () => {
        test('gets a token for a user', async () => {
            const login = await logIn();
            assert.equal(login.expired(), false);
            assert.deepEqual(words(login.token.scope), words('items me'));
            assert.equal(await itemsStatus(login.token.access_token), 200);
        });

        test('reads a wrong password', () =>
            assert.rejects(logIn({ password: 'wrong' }), refusal(400, 'invalid_grant')));

        test('reads a wrong client secret', () =>
            assert.rejects(
                new ClientCredentials(settings('wrong')).getToken({}),
                refusal(authorizationMethod === 'header' ? 401 : 400, 'invalid_client'),
            ));

        test('gets one successor for a refresh token, however often it asks', async () => {
            const login = await logIn();
            const [once, twice] = [await login.refresh(), await login.refresh()];
            assert.notEqual(once.token.refresh_token, login.token.refresh_token);
            assert.equal(once.token.refresh_token, twice.token.refresh_token);
            assert.equal((await once.refresh({ scope: ['me'] })).token.scope, 'me');
        });

        test('gets a token for itself', async () => {
            const own = await new ClientCredentials(settings()).getToken({ scope: 'items' });
            assert.equal(own.token.scope, 'items');
            assert.equal(own.token.refresh_token, undefined);
            assert.equal(await itemsStatus(own.token.access_token), 200);
        });

        test('revokes both tokens, the second being dead already', async () => {
            const login = await logIn();
            await login.revokeAll();
            assert.equal(await itemsStatus(login.token.access_token), 401);
            await assert.rejects(login.refresh(), refusal(400, 'invalid_grant'));
        });
    });
}
