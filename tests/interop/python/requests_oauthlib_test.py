import unittest

from under_test import (CLIENT_ID, CLIENT_SECRET, ITEMS_URL, PASSWORD, PUBLIC_CLIENT_ID, REVOKE_URL, TOKEN_URL, USERNAME,
                        words)

from oauthlib.oauth2 import BackendApplicationClient, InvalidClientError, InvalidGrantError, LegacyApplicationClient
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

BASIC = HTTPBasicAuth(CLIENT_ID, CLIENT_SECRET)


class RequestsOauthlib(unittest.TestCase):
    def session(self, client_id=CLIENT_ID, **options) -> OAuth2Session:
        session = OAuth2Session(client=LegacyApplicationClient(client_id, scope=["items", "me"]), **options)
        self.addCleanup(session.close)
        return session

    def log_in(self, session: OAuth2Session, **how) -> dict:
        how = how or {"auth": BASIC}
        return session.fetch_token(TOKEN_URL, username=USERNAME, password=PASSWORD, **how)

    def test_gets_a_token_for_a_user_and_uses_it(self):
        for how in ({"auth": BASIC}, {"client_secret": CLIENT_SECRET, "include_client_id": True}):
            session = self.session()
            token = self.log_in(session, **how)
            self.assertEqual({"items", "me"}, words(token["scope"]))
            answer = session.get(ITEMS_URL)
            self.assertEqual((200, {"token": token["access_token"]}), (answer.status_code, answer.json()))

    def test_reads_a_wrong_password(self):
        with self.assertRaises(InvalidGrantError) as refused:
            self.session().fetch_token(TOKEN_URL, username=USERNAME, password="wrong", auth=BASIC)
        self.assertEqual("Incorrect username or password", refused.exception.description)

    def test_reads_a_wrong_client_secret(self):
        with self.assertRaises(InvalidClientError) as refused:
            self.log_in(self.session(), auth=HTTPBasicAuth(CLIENT_ID, "wrong"))
        self.assertEqual(401, refused.exception.status_code)

    def test_gets_one_successor_however_often_it_asks(self):
        session = self.session()
        first = self.log_in(session)["refresh_token"]
        once, twice = (session.refresh_token(TOKEN_URL, refresh_token=first, auth=BASIC)["refresh_token"]
                       for _ in range(2))
        self.assertNotEqual(first, once)
        self.assertEqual(once, twice)

    def test_refreshes_by_itself_when_the_token_has_expired(self):
        # The library repeats the form's client credentials in each refresh.
        kept = []
        session = self.session(auto_refresh_url=TOKEN_URL, token_updater=kept.append, auto_refresh_kwargs={
            "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET})
        expired = self.log_in(session) | {"expires_in": -1, "expires_at": 1}
        session.token = expired
        self.assertEqual(200, session.get(ITEMS_URL).status_code)
        self.assertEqual(1, len(kept))
        self.assertNotEqual(expired["refresh_token"], kept[0]["refresh_token"])

    def test_gets_a_token_for_itself(self):
        with OAuth2Session(client=BackendApplicationClient(CLIENT_ID, scope=["items"])) as session:
            token = session.fetch_token(TOKEN_URL, auth=BASIC)
            self.assertEqual({"items"}, words(token["scope"]))
            self.assertNotIn("refresh_token", token)
            self.assertEqual(200, session.get(ITEMS_URL).status_code)

    def test_revokes_with_the_request_the_library_prepares(self):
        session = self.session()
        token = self.log_in(session)
        client = LegacyApplicationClient(CLIENT_ID)
        url, headers, body = client.prepare_token_revocation_request(REVOKE_URL, token["refresh_token"],
                                                                     token_type_hint="refresh_token")
        answer = session.post(url, data=body, headers=headers, auth=BASIC, withhold_token=True)
        self.assertEqual(200, answer.status_code)
        with self.assertRaises(InvalidGrantError):
            session.refresh_token(TOKEN_URL, refresh_token=token["refresh_token"], auth=BASIC)
        self.assertEqual(401, session.get(ITEMS_URL).status_code)

    def test_logs_in_and_refreshes_as_a_public_client(self):
        session = self.session(PUBLIC_CLIENT_ID)
        first = self.log_in(session, include_client_id=True)["refresh_token"]
        second = session.refresh_token(TOKEN_URL)["refresh_token"]  # without a client_id: the token says it
        self.assertNotEqual(first, second)


if __name__ == "__main__":
    unittest.main()
