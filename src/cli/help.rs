//! The texts below the options in `--help` and in the manual pages.
//!
//! The manual turns them into pages, so they keep a simple form. A short line that ends with a
//! colon is a heading. Indented lines are literal: examples and tables, which nothing may reflow.
//! Everything else is prose. Literal lines leave room for the manual's own margin on a terminal of
//! 80 columns. A test in this file checks the widths.

/// Widest literal line: 80 columns, less the manual's left margin.
#[cfg(test)]
const WIDEST_LITERAL: usize = 73;

pub(super) const MAIN: &str = "\
Examples:
  smooch-console                      open the console
  smooch-console --sandbox            open it on invented people
  smooch-console get cust-20418       look up a user by _id or userId
  smooch-console messages cust-20418  read a conversation, oldest first
  smooch-console search mara quinn    find a known user by name

With no app configured, the console opens on its built-in sandbox.

Settings come from flags first, then from environment variables, then from the
file $XDG_CONFIG_HOME/smooch-console/config.toml (in ~/.config if that is not
set). `smooch-console config check` shows each setting and its origin.

Environment:
  SMOOCH_APP, SMOOCH_BASE_URL, SMOOCH_APP_ID, SMOOCH_API, SMOOCH_KEY_ID,
  SMOOCH_AUTH        the same as the flags
  SMOOCH_KEY_SECRET  the key's secret (no flag: others can see arguments)
  SMOOCH_CA_FILE     more certificates to trust, in a PEM file
  SMOOCH_LOG         off, error, warn, info (default), debug or trace
  HTTPS_PROXY        proxy to use, except for requests to this machine
  NO_PROXY           hosts to reach without the proxy

The log is in $XDG_STATE_HOME/smooch-console (in ~/.local/state if that is not
set).

Exit codes:
  0  done, or found
  1  any other failure
  2  wrong usage, an id that can't be sent, or no terminal
  3  not found
  4  credentials refused or missing
  5  network, rate limit or server error";

pub(super) const GET: &str = "\
Examples:
  smooch-console get 64be90d2a7f31c0058e6d914
  smooch-console get cust-20418 mara@example.org --json
  tail -n +2 customers.csv | cut -d, -f1 | smooch-console get - --json
  smooch-console get -- -7            an id that begins with a dash

Ids are compared character by character: nothing is trimmed, and case matters.
Blank lines on standard input are skipped. With --json, each user is one object
on one line.

Users are remembered on this machine, with the name found in their messages. If
the API can't be reached, `get` prints none of this; `smooch-console search` and
the console show it.";

pub(super) const MESSAGES: &str = "\
Examples:
  smooch-console messages cust-20418
  smooch-console messages cust-20418 --limit 20 --json
  smooch-console messages cust-20418 --before 2024-03-04T09:18:30Z
  smooch-console messages cust-20418 --before 2d

--before takes a time with its zone, a day, which begins at midnight on this
machine, or an age: 30m, 12h, 2d, 8w or 1y ago.

A ! before the name marks a message that could be read only in part; the reason
goes to standard error. What a message has beside its first words (media, items,
buttons, answers, what it replies to) follows in indented lines. With --json,
each message is one object on one line.

Nothing is marked as read. The newest messages are kept on this machine, so that
the console can show them when the API can't be reached.";

pub(super) const SANDBOX: &str = "\
Examples:
  smooch-console sandbox         print the settings to use, then serve
  smooch-console sandbox --json  the same for scripts, as the first line
  smooch-console sandbox --listen 127.0.0.1:8080 --seed 7
  smooch-console sandbox --now 2026-01-01T00:00:00Z
  smooch-console sandbox --users 100000 --fault 429=3 --verbose

Faults:
  latency=200ms  delay every answer by this much (ms or s, at most 60s)
  429=3          refuse every third request: too many, retry in a second
  5xx            fail with 500, 502, 503 and 504 in turn, without acting
  truncate       act on the request, but break its answer off half-way

429, 5xx and truncate apply to every request, or with =N to every Nth one.";

pub(super) const CHECK: &str = "\
Examples:
  smooch-console config check
  smooch-console config check --app acme --json
  smooch-console config check --online

The exit code is the one that a lookup would give: 0 if the settings are
complete, 4 if only credentials are missing or refused, otherwise 2. The check
is offline: it doesn't contact the API and doesn't run secret_command.

With --online it does both: it looks up an id that nobody has, which changes
nothing. The exit code is then 5 if the API can't be reached.";

pub(super) const DUMP: &str = "\
Examples:
  smooch-console keys dump
  smooch-console keys dump --json

Put changes in keymap.toml, beside config.toml. An action that the file lists
for a mode gets exactly those keys there, and other actions lose them: a comment
says so. An empty list unbinds an action.";

pub(super) const COMPLETIONS: &str = "\
Examples:
  smooch-console completions bash \\
    > ~/.local/share/bash-completion/completions/smooch-console
  smooch-console completions zsh > ~/.zfunc/_smooch-console
  smooch-console completions fish \\
    > ~/.config/fish/completions/smooch-console.fish";

pub(super) const MAN: &str = "\
Examples:
  smooch-console man | man -l -
  smooch-console man directory purge | man -l -
  smooch-console man --all ~/.cargo/share/man/man1

--all makes DIR if there is none, and replaces pages from an earlier run. If
another file has the name of one of the pages, it writes nothing.";

pub(super) const SEARCH: &str = "\
Examples:
  smooch-console search mara quinn       both words, in any order
  smooch-console search '\"mara quinn\"'   the exact phrase
  smooch-console search \"'quinn\" ^ma     this very word; a field that
                                         starts with ma
  smooch-console search quinn '!test'    a word, and one to leave out
  smooch-console search 0151 / 2345678   a phone number in any notation
  smooch-console search https://wa.me/491512345678
  smooch-console search is:identified 'seen:<7d' channel:whatsapp
  smooch-console search prop.plan:pro 'prop.city:\"New York\"' --limit 10
  smooch-console search -- -dash         a text that begins with a dash

The search covers the users that this machine knows: their names (including
names on messages), e-mails, userIds and _ids, the names and external ids of
their channels, and phone numbers wherever they are, custom data included. A
link, a line of a call or an address with a number in it finds the number.
Accents and apostrophes never matter; ue finds ü and the other way, after what
is written as you type it. Case matters only if you type a capital.

An id that was merged into another finds the survivor and says so. If nobody is
found, the nearest names are listed, and the exit code is still 3.

The API has no search: a user who was never looked up or imported here is not
found. Of fuzzy matches, whose letters are scattered through a field, only the
500 closest are listed.

Signs:
  'word         the letters together, not scattered
  ^word         at the start of a field
  !word         nowhere; also before a filter: !is:named
  \"some words\"  together, exactly as typed

Filters:
  is:anonymous is:identified  has no userId; has one. A user whose userId
                              nobody has reported on yet is neither
  is:named is:unnamed         has a givenName or surname; has neither
  channel:NAME                has a channel whose name starts with NAME
  has:email has:phone has:userid has:name has:channel has:properties
  seen:<7d                    seen on a channel within the last 7 days
  seen:>30d                   not seen within 30 days, or never seen
  prop.NAME:VALUE             has a property that starts with VALUE
  prop.\"A NAME\":\"A VALUE\"     quotation marks hold words together

Ages have a unit: m (minutes), h (hours), d (days), w (weeks) or y (years).
has:phone finds ids on whatsapp, twilio or messagebird, custom data whose name
says that it is a phone number, and whatever begins with tel: or whatsapp:, or
with +, 00 or 0 and has 7 to 15 digits.

In a shell, put < > ! and quotation marks inside quotes of the other kind.";

pub(super) const IMPORT: &str = "\
Examples:
  smooch-console import users.ndjson            API users as JSON lines
  smooch-console import crm.csv webhooks.jsonl  CSV and webhook bodies
  smooch-console import --dry-run users.json.gz count, write nothing
  smooch-console import --as-of 2024-05-03 crm.csv
  smooch-console import --map id=userId --ignore city crm.csv
  smooch-console import --ask crm.csv           then look the userIds up
  ssh db dump-users | smooch-console import -   from standard input

A CSV file needs a header with _id or userId. The columns of common exports
(Zendesk, HubSpot, Salesforce, Google, Outlook) are recognised in English,
German, French, Spanish, Portuguese and Dutch; every other column becomes a
custom property. A column called merely `id` is the _id only if its values look
like one. The import says what each column became. --map COLUMN=FIELD and
--ignore COLUMN decide otherwise; the fields are _id, userId, givenName,
surname, name, email, avatarUrl, signedUpAt, conversationStarted, property and
property.NAME. Ids that a spreadsheet damaged are rejected. Empty cells, missing
columns and missing rows take nothing away. A row that gives a user another
userId than the API does is rejected.

A row with a userId alone belongs to the user who has it. If nobody is known to
have it, the row is kept and shows nobody until the API is asked about that
userId: by the first lookup, or for all of them with --ask.

JSON may be one object a line or a document over many lines: a user, the body of
a webhook, a list of them, or either inside users, appUsers, body, Records and
the like, as APIs, queues and tools write them. Files packed with gzip or zstd
are unpacked.

Users are as current as their file's date, and events as current as their own
timestamps. Of two values of a fact the later one is shown, in whatever order
the files are imported. --as-of says when the content was true if the file's
date does not; a date in the future or before 2011 is not accepted without it.

A line is a whole user if it has all members that the API always sends (v1.1:
_id, conversationStarted, properties, clients, pendingClients; v2: id,
authenticated, profile, metadata, identities), and with --whole in any case.
What a newer whole user does not name no longer exists. Every other line adds
to what is known and takes nothing away.

A line that cannot be used is reported and skipped; the exit code is then 1.

If an import stops early, run it again with the same file: it continues where it
stopped.";

pub(super) const DIRECTORY: &str = "\
Examples:
  smooch-console directory stats
  smooch-console directory purge --older-than 90d";

pub(super) const STATS: &str = "\
Examples:
  smooch-console directory stats
  smooch-console directory stats --json";

pub(super) const PURGE: &str = "\
Examples:
  smooch-console directory purge --older-than 90d
  smooch-console directory purge --older-than 12h --json

A user is confirmed when the API answers for them or when an imported file
contains them. What a file says is as old as the file's own date, not as its
import. Importing a newer file confirms everybody in it, even if nothing about
them is new. `directory stats` shows how many users were confirmed how long ago.

Purging also removes the users' JSON, messages and history, without a trace in
the files. A user goes with all ids that were merged into theirs; that ids were
merged or deleted stays known. Users you have pinned stay, and the output says
how many. Look users up or import them to bring them back.";

pub(super) const FORGET: &str = "\
Examples:
  smooch-console forget 64be90d2a7f31c0058e6d914
  smooch-console forget cust-20418
  smooch-console forget --email mara@example.org

An id is taken exactly: a userId may be an e-mail address. --email lists
everybody with that address in the profile or on a channel, and asks. Without a
terminal it needs --yes.

Only this machine forgets: the API deletes nothing. Forgetting removes the
user's row, JSON, messages, pin and history, and everything stored under ids
that were merged into theirs. A userId removes every user who has it.

Every run also removes all files that were set aside as damaged, because they
may contain the person. Such a file may be the only copy of rows that could not
be recovered, so import those again first.

Other people's records are not searched. If their messages or properties mention
a name or an id of the person, it stays there.";

/// Every text, for checks that go through all of them.
#[cfg(test)]
pub(crate) const ALL: [&str; 13] = [
    MAIN,
    GET,
    MESSAGES,
    SANDBOX,
    CHECK,
    DUMP,
    COMPLETIONS,
    MAN,
    SEARCH,
    IMPORT,
    STATS,
    PURGE,
    FORGET,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literal_lines_leave_room_for_the_margin_of_a_manual_page() {
        for line in ALL.iter().flat_map(|text| text.lines()) {
            let width = line.chars().count();
            let widest = if line.starts_with(' ') {
                WIDEST_LITERAL
            } else {
                // clap prints prose as it is.
                80
            };
            assert!(width <= widest, "{width} columns: {line}");
        }
    }

    #[test]
    fn the_help_of_search_names_every_filter() {
        for part in [
            "is:anonymous",
            "is:identified",
            "is:named",
            "is:unnamed",
            "channel:",
            "has:email",
            "has:phone",
            "has:userid",
            "has:name",
            "has:channel",
            "has:properties",
            "seen:<7d",
            "seen:>30d",
            "never seen",
            "m (minutes)",
            "y (years)",
            "prop.\"A NAME\"",
            "  'word ",
            "  ^word ",
            "  !word ",
            "\"some words\"",
        ] {
            assert!(SEARCH.contains(part), "{part}");
        }
    }

    #[test]
    fn no_help_promises_notes() {
        for text in ALL {
            assert!(!text.contains("note"), "{text}");
        }
    }
}
