import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import * as client from 'openid-client';
import { audience, clientId, clientSecret, issuer, itemsUrl, password, publicClientId, username, words } from './service.js';

const discover = (id, authentication) =>
    client.discovery(new URL(issuer), id, undefined, authentication, {
        algorithm: 'oauth2',
        execute: [client.allowInsecureRequests],
    });
const logIn = (config, scope = 'items me') =>
    client.genericGrantRequest(config, 'password', { username, password, scope });
const refusal = (error) => ({ name: 'ResponseBodyError', error, status: 400 });

for (const [method, authentication] of [
    ['client_secret_basic', client.ClientSecretBasic],
    ['client_secret_post', client.ClientSecretPost],
]) {
    describe(`openid-client with ${method}`, () => {
        let config;
        before(async () => {
            config = await discover(clientId, authentication(clientSecret));
        });

        test('finds the endpoints, and the methods of authentication that it uses', () => {
            const metadata = config.serverMetadata();
            assert.equal(metadata.issuer, issuer);
            for (const [name, path] of [
                ['token_endpoint', '/token'],
                ['revocation_endpoint', '/revoke'],
                ['introspection_endpoint', '/introspect'],
                ['jwks_uri', '/.well-known/jwks.json'],
            ])
                assert.equal(metadata[name], issuer + path);
            for (const grant of ['password', 'refresh_token', 'client_credentials'])
                assert.ok(metadata.grant_types_supported.includes(grant), grant);
            assert.ok(metadata.token_endpoint_auth_methods_supported.includes(method));
        });

        test('gets a token for a user and uses it', async () => {
            const tokens = await logIn(config);
            assert.equal(tokens.token_type, 'bearer');
            assert.ok(tokens.expiresIn() > 0);
            assert.deepEqual(words(tokens.scope), words('items me'));
            const answer = await client.fetchProtectedResource(config, tokens.access_token, itemsUrl, 'GET');
            assert.equal(answer.status, 200);
            assert.deepEqual(await answer.json(), { token: tokens.access_token });
        });

        test('reads the refusals', async () => {
            const wrong = { username, password: 'wrong', scope: 'items' };
            await assert.rejects(client.genericGrantRequest(config, 'password', wrong), refusal('invalid_grant'));
            await assert.rejects(logIn(config, 'admin'), refusal('invalid_scope'));
            await assert.rejects(
                client.genericGrantRequest(config, 'urn:example:unknown', {}),
                refusal('unsupported_grant_type'),
            );
        });

        test('gets one successor for a refresh token, however often it asks', async () => {
            const first = await logIn(config);
            const [once, twice] = await Promise.all([
                client.refreshTokenGrant(config, first.refresh_token),
                client.refreshTokenGrant(config, first.refresh_token),
            ]);
            assert.notEqual(once.refresh_token, first.refresh_token);
            assert.equal(once.refresh_token, twice.refresh_token);
            const third = await client.refreshTokenGrant(config, once.refresh_token);
            assert.notEqual(third.refresh_token, once.refresh_token);
        });

        test('narrows the scope in a refresh, and cannot widen it', async () => {
            const narrow = await logIn(config, 'items');
            await assert.rejects(
                client.refreshTokenGrant(config, narrow.refresh_token, { scope: 'items me' }),
                refusal('invalid_scope'),
            );
            const wide = await logIn(config);
            const narrowed = await client.refreshTokenGrant(config, wide.refresh_token, { scope: 'me' });
            assert.equal(narrowed.scope, 'me');
        });

        test('gets a token for itself, without a refresh token', async () => {
            const tokens = await client.clientCredentialsGrant(config, { scope: 'items' });
            assert.equal(tokens.scope, 'items');
            assert.equal(tokens.refresh_token, undefined);
            const seen = await client.tokenIntrospection(config, tokens.access_token);
            assert.equal(seen.sub, clientId);
        });

        test('introspects both tokens of a session', async () => {
            const tokens = await logIn(config);
            const access = await client.tokenIntrospection(config, tokens.access_token);
            assert.equal(access.active, true);
            assert.equal(access.token_type, 'Bearer');
            assert.equal(access.iss, issuer);
            assert.equal(access.aud, audience);
            assert.equal(access.client_id, clientId);
            assert.equal(access.username, username);
            assert.deepEqual(words(access.scope), words('items me'));
            assert.equal((await client.tokenIntrospection(config, tokens.refresh_token)).active, true);
            assert.deepEqual(await client.tokenIntrospection(config, 'junk'), { active: false });
        });

        for (const kind of ['access_token', 'refresh_token'])
            test(`ends a session by revoking its ${kind}`, async () => {
                const tokens = await logIn(config);
                await client.tokenRevocation(config, tokens[kind], { token_type_hint: kind });
                await assert.rejects(
                    client.refreshTokenGrant(config, tokens.refresh_token),
                    refusal('invalid_grant'),
                );
                for (const dead of [tokens.access_token, tokens.refresh_token])
                    assert.deepEqual(await client.tokenIntrospection(config, dead), { active: false });
                await assert.rejects(
                    client.fetchProtectedResource(config, tokens.access_token, itemsUrl, 'GET'),
                    (refused) =>
                        refused instanceof client.WWWAuthenticateChallengeError &&
                        refused.cause[0].scheme === 'bearer' &&
                        refused.cause[0].parameters.error === 'invalid_token',
                );
            });

        test('revokes an unknown token without an error', () => client.tokenRevocation(config, 'junk'));
    });
}

test('openid-client finds the same where it looks by default', async () => {
    const byDefault = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
        execute: [client.allowInsecureRequests],
    });
    const config = await discover(clientId, client.None());
    assert.deepEqual(byDefault.serverMetadata(), config.serverMetadata());
});

test('openid-client reads the challenge for a wrong secret sent by Basic', async () => {
    const config = await discover(clientId, client.ClientSecretBasic(`${clientSecret}x`));
    await assert.rejects(
        logIn(config),
        (refused) =>
            refused instanceof client.WWWAuthenticateChallengeError &&
            refused.status === 401 &&
            refused.cause[0].scheme === 'basic',
    );
});

test('openid-client logs in, refreshes and revokes as a public client', async () => {
    const config = await discover(publicClientId, client.None());
    const first = await logIn(config);
    const second = await client.refreshTokenGrant(config, first.refresh_token);
    await client.tokenRevocation(config, second.refresh_token);
    await assert.rejects(client.refreshTokenGrant(config, second.refresh_token), refusal('invalid_grant'));
});

test("openid-client: another client's refresh token is refused", async () => {
    const theirs = await logIn(await discover(publicClientId, client.None()));
    const config = await discover(clientId, client.ClientSecretBasic(clientSecret));
    await assert.rejects(client.refreshTokenGrant(config, theirs.refresh_token), refusal('invalid_grant'));
});
