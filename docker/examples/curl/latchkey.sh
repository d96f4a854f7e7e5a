#!/usr/bin/env bash
# Log in at Latchkey, call with the token, refresh it, log out: one function each, to copy.
#
#   latchkey.sh USERNAME [URL]      asks for the password, or reads it from standard input; URL: http://127.0.0.1:8080
#
# Neither the password nor a token is ever an argument of a program: those can be read by everybody on the machine (ps).
set -euo pipefail

# member NAME JSON: a text member of what Latchkey answers. With jq installed: jq -r ".$1" <<<"$2"
member() { sed -nE 's/.*"'"$1"'":"([^"]*)".*/\1/p' <<<"$2"; }

# ask CURL-ARGUMENT...: what is answered; or says why not, and fails.
ask() {
    local answer status wait
    answer=$(curl -sS -m 60 -w '\n%{http_code} %header{retry-after}' "$@") || return
    read -r status wait <<<"${answer##*$'\n'}"
    answer=${answer%$'\n'*}
    case $status in
        2??) printf '%s\n' "$answer" ;;
        429 | 503) echo "$status: $(member detail "$answer"). Try again in $wait s." >&2 && return 1 ;;
        *) echo "$status: $(member detail "$answer")" >&2 && return 1 ;;
    esac
}

# log_in USERNAME PASSWORD
log_in() { printf %s "$2" | ask --data-urlencode "username=$1" --data-urlencode password@- "$url/token"; }

# refresh REFRESH_TOKEN: gives a new one, too; the old one is used up.
refresh() { printf %s "$1" | ask -d grant_type=refresh_token --data-urlencode refresh_token@- "$url/token"; }

# call ACCESS_TOKEN CURL-ARGUMENT...
call() { ask -H @<(printf 'Authorization: Bearer %s' "$1") "${@:2}"; }

# log_out REFRESH_TOKEN: ends the session; its access tokens are worth nothing from then on.
log_out() { printf %s "$1" | ask --data-urlencode token@- "$url/revoke"; }

[ $# -ge 1 ] || { sed -n '2,6s/^# \{0,1\}//p' "$0" >&2 && exit 2; }
username=$1 url=${2:-http://127.0.0.1:8080}
[ -t 0 ] && printf 'Password of %s: ' "$username" >&2
IFS= read -rs password || [ -n "$password" ] || { echo "no password was given" >&2 && exit 2; }
[ -t 0 ] && echo >&2

tokens=$(log_in "$username" "$password")
call "$(member access_token "$tokens")" "$url/users/me"

tokens=$(refresh "$(member refresh_token "$tokens")")
call "$(member access_token "$tokens")" "$url/items/" >/dev/null

log_out "$(member refresh_token "$tokens")" >/dev/null
echo "Logged in, called, refreshed, logged out." >&2
