// A client as a frontend developer would write it, with types that were generated from /openapi.json.
import createClient from 'openapi-fetch';
import type { components, paths } from './generated/schema.js';

type Account = components['schemas']['Account'];

export async function roundTrip(baseUrl: string, username: string, password: string): Promise<{ account: Account; token: string }> {
    const form = { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
    const anonymous = createClient<paths>({ baseUrl });
    const login = await anonymous.POST('/token', { body: { username, password, grant_type: 'password' }, ...form });
    if (login.error) throw new Error(login.error.detail);
    const lifetime: number = login.data.expires_in;
    if (!(lifetime > 0)) throw new Error('expired at once');

    const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${login.data.access_token}` } });
    const items = await client.GET('/items/');
    if (items.error) throw new Error(items.error.detail);
    const me = await client.GET('/users/me');
    if (me.error) throw new Error(me.error.detail);
    const sessions = await client.GET('/sessions');
    const current = sessions.data?.items.find((each) => each.current);
    if (!current) throw new Error('this session is not in the list');
    const ended = await client.DELETE('/sessions/{id}', { params: { path: { id: current.id } } });
    if (ended.response.status !== 204) throw new Error('the session did not end');
    return { account: me.data, token: items.data.token };
}

// The types say no to what the service would refuse.
export async function mistakes(): Promise<void> {
    const client = createClient<paths>({ baseUrl: '' });
    // @ts-expect-error: there is no such path
    await client.GET('/nothing');
    // @ts-expect-error: no such method there
    await client.GET('/token');
    // @ts-expect-error: no such grant
    await client.POST('/token', { body: { grant_type: 'implicit' } });
    // @ts-expect-error: the id is missing
    await client.DELETE('/sessions/{id}', {});
    // @ts-expect-error: a user needs a password
    await client.POST('/users', { body: { username: 'bob' } });
    // @ts-expect-error: yes is no boolean
    await client.PATCH('/users/{id}', { params: { path: { id: '' } }, body: { disabled: 'yes' } });
}
