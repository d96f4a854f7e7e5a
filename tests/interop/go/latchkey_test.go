// What golang.org/x/oauth2 and github.com/coreos/go-oidc do with the service. Start it with tests/interop/run go.
package latchkey

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

func variable(t *testing.T, name string) string {
	t.Helper()
	value := os.Getenv("INTEROP_" + name)
	if value == "" {
		t.Fatalf("INTEROP_%s is missing: start this with tests/interop/run go", name)
	}
	return value
}

// The ways to send a client's id and secret. Detecting tries Basic first and the form after a refusal.
var styles = map[string]oauth2.AuthStyle{
	"basic":    oauth2.AuthStyleInHeader,
	"form":     oauth2.AuthStyleInParams,
	"detected": oauth2.AuthStyleAutoDetect,
}

func config(t *testing.T, style oauth2.AuthStyle) *oauth2.Config {
	return &oauth2.Config{
		ClientID:     variable(t, "CLIENT_ID"),
		ClientSecret: variable(t, "CLIENT_SECRET"),
		Endpoint:     oauth2.Endpoint{TokenURL: variable(t, "ISSUER") + "/token", AuthStyle: style},
		Scopes:       []string{"items", "me"},
	}
}

func logIn(t *testing.T, c *oauth2.Config) *oauth2.Token {
	t.Helper()
	token, err := c.PasswordCredentialsToken(t.Context(), variable(t, "USERNAME"), variable(t, "PASSWORD"))
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// refresh asks for the successor of a refresh token as the library does when an access token has expired.
func refresh(t *testing.T, c *oauth2.Config, token string) (*oauth2.Token, error) {
	return c.TokenSource(t.Context(), &oauth2.Token{RefreshToken: token, Expiry: time.Unix(1, 0)}).Token()
}

func itemsStatus(t *testing.T, client *http.Client) int {
	t.Helper()
	answer, err := client.Get(variable(t, "ISSUER") + "/items/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}

func requireRefusal(t *testing.T, err error, status int, code string) {
	t.Helper()
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) {
		t.Fatalf("expected %s, got %v", code, err)
	}
	if refused.Response.StatusCode != status || refused.ErrorCode != code {
		t.Fatalf("expected %d %s, got %d %s", status, code, refused.Response.StatusCode, refused.ErrorCode)
	}
}

func words(scope any) []string {
	text, _ := scope.(string)
	found := strings.Fields(text)
	slices.Sort(found)
	return found
}

func rotateKey(t *testing.T, step string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	kid, err := exec.CommandContext(ctx, variable(t, "ROTATE_KEY"), step).Output()
	if err != nil {
		t.Fatalf("rotate_key %s: %v", step, err)
	}
	return strings.TrimSpace(string(kid))
}

func TestGetsATokenForAUserAndUsesIt(t *testing.T) {
	for name, style := range styles {
		t.Run(name, func(t *testing.T) {
			c := config(t, style)
			token := logIn(t, c)
			if token.Type() != "Bearer" || !token.Valid() || token.RefreshToken == "" {
				t.Fatalf("no usable token: %v %v", token.Type(), token.Expiry)
			}
			if scope := words(token.Extra("scope")); !slices.Equal(scope, []string{"items", "me"}) {
				t.Fatalf("scope: %v", scope)
			}
			if status := itemsStatus(t, c.Client(t.Context(), token)); status != http.StatusOK {
				t.Fatalf("GET /items/: %d", status)
			}
		})
	}
}

func TestReadsRefusals(t *testing.T) {
	c := config(t, oauth2.AuthStyleInHeader)
	_, err := c.PasswordCredentialsToken(t.Context(), variable(t, "USERNAME"), "wrong")
	requireRefusal(t, err, http.StatusBadRequest, "invalid_grant")

	c.Scopes = []string{"admin"}
	_, err = c.PasswordCredentialsToken(t.Context(), variable(t, "USERNAME"), variable(t, "PASSWORD"))
	requireRefusal(t, err, http.StatusBadRequest, "invalid_scope")

	c.ClientSecret = "wrong"
	_, err = c.PasswordCredentialsToken(t.Context(), variable(t, "USERNAME"), variable(t, "PASSWORD"))
	requireRefusal(t, err, http.StatusUnauthorized, "invalid_client")
}

func TestGetsOneSuccessorHoweverOftenItAsks(t *testing.T) {
	for name, style := range styles {
		t.Run(name, func(t *testing.T) {
			c := config(t, style)
			first := logIn(t, c)
			once, err := refresh(t, c, first.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			twice, err := refresh(t, c, first.RefreshToken)
			if err != nil {
				t.Fatal(err)
			}
			if once.RefreshToken == first.RefreshToken || once.RefreshToken != twice.RefreshToken {
				t.Fatal("the same token twice has not given one successor")
			}
		})
	}
}

func TestRefreshesByItselfWhenTheTokenHasExpired(t *testing.T) {
	c := config(t, oauth2.AuthStyleInHeader)
	token := logIn(t, c)
	token.AccessToken, token.Expiry = "expired", time.Unix(1, 0)
	if status := itemsStatus(t, c.Client(t.Context(), token)); status != http.StatusOK {
		t.Fatalf("GET /items/: %d", status)
	}
}

func TestPublicClientLogsInAndRefreshes(t *testing.T) {
	c := config(t, oauth2.AuthStyleInParams)
	c.ClientID, c.ClientSecret = variable(t, "PUBLIC_CLIENT_ID"), ""
	first := logIn(t, c)
	second, err := refresh(t, c, first.RefreshToken)
	if err != nil {
		t.Fatal(err)
	}
	if second.RefreshToken == first.RefreshToken {
		t.Fatal("the refresh token was not rotated")
	}
}

func TestGetsATokenForItself(t *testing.T) {
	for name, style := range styles {
		t.Run(name, func(t *testing.T) {
			c := clientcredentials.Config{
				ClientID:     variable(t, "CLIENT_ID"),
				ClientSecret: variable(t, "CLIENT_SECRET"),
				TokenURL:     variable(t, "ISSUER") + "/token",
				Scopes:       []string{"items"},
				AuthStyle:    style,
			}
			token, err := c.Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if token.RefreshToken != "" || !slices.Equal(words(token.Extra("scope")), []string{"items"}) {
				t.Fatalf("scope %v, refresh token %t", token.Extra("scope"), token.RefreshToken != "")
			}
			if status := itemsStatus(t, c.Client(t.Context())); status != http.StatusOK {
				t.Fatalf("GET /items/: %d", status)
			}
		})
	}
}

// The library neither revokes nor introspects: it only has to understand what follows.
func TestSeesARevokedSession(t *testing.T) {
	c := config(t, oauth2.AuthStyleInHeader)
	token := logIn(t, c)
	answer, err := http.PostForm(variable(t, "ISSUER")+"/revoke", url.Values{
		"token": {token.RefreshToken}, "client_id": {c.ClientID}, "client_secret": {c.ClientSecret}})
	if err != nil {
		t.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("POST /revoke: %d", answer.StatusCode)
	}
	_, err = refresh(t, c, token.RefreshToken)
	requireRefusal(t, err, http.StatusBadRequest, "invalid_grant")
	if status := itemsStatus(t, c.Client(t.Context(), token)); status != http.StatusUnauthorized {
		t.Fatalf("GET /items/: %d", status)
	}
}

func TestVerifiesWithoutAGapThroughARotation(t *testing.T) {
	// Latchkey is no OpenID provider, but its metadata are where this library looks for them.
	provider, err := oidc.NewProvider(t.Context(), variable(t, "ISSUER"))
	if err != nil {
		t.Fatal(err)
	}
	if found := provider.Endpoint().TokenURL; found != variable(t, "ISSUER")+"/token" {
		t.Fatalf("token_endpoint: %q", found)
	}
	verifier := provider.Verifier(
		&oidc.Config{ClientID: variable(t, "AUDIENCE"), SupportedSigningAlgs: []string{oidc.ES256}})
	verify := func(token string) {
		t.Helper()
		verified, err := verifier.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		var claims struct {
			Username string `json:"username"`
		}
		if err := verified.Claims(&claims); err != nil || claims.Username != variable(t, "USERNAME") {
			t.Fatalf("claims: %v %v", claims, err)
		}
	}

	c := config(t, oauth2.AuthStyleInHeader)
	old := logIn(t, c).AccessToken
	verify(old)
	for _, step := range []string{"publish", "activate"} {
		rotateKey(t, step)
		verify(logIn(t, c).AccessToken)
		verify(old)
	}

	parts := strings.Split(old, ".")
	changed := "A"
	if strings.HasPrefix(parts[2], "A") {
		changed = "B"
	}
	if _, err := verifier.Verify(t.Context(), parts[0]+"."+parts[1]+"."+changed+parts[2][1:]); err == nil {
		t.Fatal("a changed signature was accepted")
	}
}
