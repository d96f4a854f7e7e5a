// An API whose callers log in at Latchkey. Each request brings a token, which is checked here without asking anybody.
//
//	JWKS_URL        where Latchkey's public keys are (its tokens.algorithm is ES256)
//	TOKEN_ISSUER    Latchkey's tokens.issuer
//	TOKEN_AUDIENCE  Latchkey's tokens.audience, if it has one
//	LISTEN          where to listen
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log"
	"net/http"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	"golang.org/x/time/rate"
)

// User is who sent a request. The ID stays when the name changes: key your data by it.
type User struct {
	ID       string   `json:"id"`
	Username string   `json:"username,omitempty"`
	Scopes   []string `json:"scopes"`
}

type claims struct {
	jwt.RegisteredClaims
	Scope    string `json:"scope"`
	Username string `json:"username"`
}

var errOutage = errors.New("the keys could not be fetched")

type verifier struct {
	keys     keyfunc.Keyfunc
	parser   *jwt.Parser
	audience string
}

func newVerifier(ctx context.Context, jwksURL, issuer, audience string) (*verifier, error) {
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{jwksURL}, keyfunc.Override{
		HTTPTimeout:       5 * time.Second,
		RefreshInterval:   5 * time.Minute,
		RefreshUnknownKID: rate.NewLimiter(rate.Every(10*time.Second), 1), // nobody makes us ask more often
		RateLimitWaitMax:  5 * time.Second,
	})
	options := []jwt.ParserOption{
		jwt.WithValidMethods([]string{"ES256"}), // chosen here, not by the token
		jwt.WithIssuer(issuer),
		jwt.WithExpirationRequired(),
		jwt.WithLeeway(5 * time.Second),
	}
	if audience != "" {
		options = append(options, jwt.WithAudience(audience))
	}
	return &verifier{keys, jwt.NewParser(options...), audience}, err
}

func (v *verifier) verify(ctx context.Context, token string) (*User, error) {
	var c claims
	if _, err := v.parser.ParseWithClaims(token, &c, v.keys.KeyfuncCtx(ctx)); err != nil {
		if known, _ := v.keys.Storage().KeyReadAll(ctx); len(known) == 0 {
			return nil, errOutage // says nothing about the token
		}
		return nil, err
	}
	if v.audience == "" && len(c.Audience) > 0 {
		return nil, errors.New("the token is for somebody else")
	}
	return &User{c.Subject, c.Username, strings.Fields(c.Scope)}, nil
}

// authenticated lets through whose token is good and has the scope, if one is needed.
func (v *verifier) authenticated(scope string, next func(http.ResponseWriter, *User)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		if !strings.EqualFold(scheme, "Bearer") {
			refuse(w, http.StatusUnauthorized, "Not authenticated", "WWW-Authenticate", "Bearer")
			return
		}
		user, err := v.verify(r.Context(), strings.TrimSpace(token))
		switch {
		case errors.Is(err, errOutage):
			refuse(w, http.StatusServiceUnavailable, "The login service does not answer", "Retry-After", "5")
		case err != nil:
			refuse(w, http.StatusUnauthorized, "Could not validate credentials", "WWW-Authenticate", `Bearer error="invalid_token"`)
		case scope != "" && !slices.Contains(user.Scopes, scope):
			refuse(w, http.StatusForbidden, "Not enough permissions",
				"WWW-Authenticate", `Bearer error="insufficient_scope", scope="`+scope+`"`)
		default:
			next(w, user)
		}
	}
}

func refuse(w http.ResponseWriter, status int, detail, header, value string) {
	w.Header().Set(header, value)
	answer(w, status, map[string]string{"detail": detail})
}

func answer(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // fails when the client has gone
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	v, err := newVerifier(ctx, cmp.Or(os.Getenv("JWKS_URL"), "http://127.0.0.1:8080/.well-known/jwks.json"),
		cmp.Or(os.Getenv("TOKEN_ISSUER"), "latchkey"), os.Getenv("TOKEN_AUDIENCE"))
	if err != nil {
		log.Fatal(err)
	}

	routes := http.NewServeMux()
	routes.HandleFunc("GET /me", v.authenticated("", func(w http.ResponseWriter, u *User) { answer(w, http.StatusOK, u) }))
	routes.HandleFunc("GET /items", v.authenticated("items", func(w http.ResponseWriter, u *User) {
		answer(w, http.StatusOK, map[string]any{"owner": u.ID, "items": []string{"a lamp", "a chair"}})
	}))
	routes.HandleFunc("GET /admin", v.authenticated("admin", func(w http.ResponseWriter, _ *User) {
		answer(w, http.StatusOK, map[string]int{"items": 2})
	}))

	server := &http.Server{
		Addr:              cmp.Or(os.Getenv("LISTEN"), "127.0.0.1:8000"),
		Handler:           routes,
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() {
		if err := server.ListenAndServe(); !errors.Is(err, http.ErrServerClosed) {
			log.Fatal(err)
		}
	}()
	<-ctx.Done()
	finish, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := server.Shutdown(finish); err != nil { // what runs may end
		log.Fatal(err)
	}
}
