// A program that logs in at Latchkey and calls an API with what it gets.
//
//	client USERNAME URL < password        the password comes on standard input: arguments can be read by everybody
//
// LOGIN_URL is where Latchkey is.
package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 3 {
		log.Fatal("usage: client USERNAME URL < password")
	}
	password, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		log.Fatal(err)
	}
	ctx := context.WithValue(context.Background(), oauth2.HTTPClient, &http.Client{Timeout: 30 * time.Second})
	api, err := logIn(ctx, os.Args[1], strings.TrimRight(password, "\r\n"))
	if err != nil {
		log.Fatal(explain(err))
	}
	if err := show(api, os.Args[2]); err != nil {
		log.Fatal(explain(err))
	}
}

// logIn returns an HTTP client that sends the token with every request and refreshes it when it is about to expire.
// Give it to one API only: it would send the token to any.
func logIn(ctx context.Context, username, password string) (*http.Client, error) {
	config := oauth2.Config{Endpoint: oauth2.Endpoint{
		TokenURL:  cmp.Or(os.Getenv("LOGIN_URL"), "http://127.0.0.1:8080") + "/token",
		AuthStyle: oauth2.AuthStyleInParams, // there is no client id. Detecting would send a wrong password twice
	}}
	token, err := config.PasswordCredentialsToken(ctx, username, password)
	if err != nil {
		return nil, err
	}
	return config.Client(ctx, token), nil
}

// explain says what Latchkey said, and when to try again after a 429 or 503.
func explain(err error) error {
	var refused *oauth2.RetrieveError
	if !errors.As(err, &refused) || refused.ErrorDescription == "" {
		return err
	}
	if seconds := refused.Response.Header.Get("Retry-After"); seconds != "" {
		return fmt.Errorf("%s (try again in %s s)", refused.ErrorDescription, seconds)
	}
	return errors.New(refused.ErrorDescription)
}

func show(api *http.Client, url string) error {
	answer, err := api.Get(url)
	if err != nil {
		return err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<20))
	if err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", answer.Status, body)
	}
	fmt.Print(string(body))
	return nil
}
