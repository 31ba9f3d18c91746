//! An embedded server that speaks the API on loopback, with invented people.
//!
//! In: an address on this machine, a seed and a time. Out: a running server whose answers are the
//! same for the same seed, time and requests. It is an independent witness of the wire format: it
//! has types of its own and shares none with the rooms that read that format. It never leaves
//! loopback, never writes a file and prints nothing.
//!
//! It speaks all of v1.1 (API document, section 3), under `/v1.1/apps/{appId}` and, for a key of
//! the app, under `/v1.1` alone. Webhooks are stored and never called. Everything is in memory
//! behind one lock, so that each request sees the effects of all earlier answers.
//!
//! The tests of each row, including its error cases (all under `tests/sandbox/`):
//!
//! | path | tests |
//! |---|---|
//! | `GET /appusers/{u}` | `a_user_is_found_by_both_ids_and_in_both_forms_of_the_path`, `a_strange_user_id_is_found_raw_and_encoded`, `a_doubly_encoded_id_or_a_plus_for_a_space_is_another_user`, `an_id_wins_over_a_user_id_that_looks_the_same`, `an_unknown_user_and_a_missing_conversation_are_different_404s` |
//! | `POST /appusers` | `a_user_is_created_before_they_ever_write`, `an_existing_user_or_one_without_a_user_id_is_not_created`, `only_one_of_many_concurrent_creations_of_a_user_succeeds` |
//! | `PUT /appusers/{u}` | `an_update_changes_only_what_it_names`, `a_malformed_update_changes_nothing` |
//! | `DELETE /appusers/{u}` | `a_deleted_user_is_gone_with_everything`, `changed_people_stay_and_deleted_people_are_gone` |
//! | `DELETE /appusers/{u}/profile` | `an_erased_profile_leaves_the_messages_and_their_names` |
//! | `GET /appusers/{u}/channels` | `channels_are_listed_with_the_field_of_their_type` |
//! | `GET /appusers/{u}/businesssystems` | `business_systems_are_those_that_agents_wrote_from` |
//! | `GET /appusers/{u}/linkrequest` | `link_requests_have_codes_for_channels_with_an_address` |
//! | `GET /appusers/{u}/authcode` | `every_auth_code_is_new` |
//! | `POST /appusers/{u}/channels` | `a_linked_channel_waits_until_it_is_confirmed`, `a_channel_that_needs_no_confirmation_is_linked_at_once`, `a_malformed_link_is_refused` |
//! | `DELETE /appusers/{u}/channels/{channel}` | `an_unlinked_channel_is_gone_and_another_client_is_primary` |
//! | `POST /appusers/merge` | `a_merge_moves_clients_and_messages_to_the_survivor`, `an_anonymous_survivor_inherits_what_it_lacks`, `simultaneous_messages_both_survive_a_merge`, `a_merge_with_oneself_with_nobody_or_by_user_id_is_refused` |
//! | `GET /appusers/{u}/messages` | `a_thousand_messages_are_read_backwards_without_gaps_or_repeats`, `a_thousand_messages_are_read_forwards_without_gaps_or_repeats`, `bounds_are_exclusive_to_the_microsecond`, `bounds_that_are_not_times_are_bad_requests`, `an_unknown_user_and_a_missing_conversation_are_different_404s` |
//! | `POST /appusers/{u}/messages` | `an_agents_message_is_stored_and_read_back`, `every_type_can_be_posted`, `malformed_messages_are_refused_and_not_stored`, `messages_that_lack_something_or_have_too_much_are_refused`, `simultaneous_messages_get_rising_times`, `a_text_with_a_picture_becomes_two_messages`, `a_body_beyond_the_limit_is_too_large`, `a_stored_name_comes_from_the_request_the_profile_the_channel_or_the_platform`, `an_unnamed_user_is_an_animal_if_the_app_says_so` |
//! | `DELETE /appusers/{u}/messages` | `a_conversation_goes_on_after_all_its_messages_are_deleted`, `a_file_for_a_message_is_deleted_with_it` |
//! | `DELETE /appusers/{u}/messages/{messageId}` | `a_message_can_be_deleted_only_once`, `a_file_for_a_message_is_deleted_with_it` |
//! | `POST /appusers/{u}/images` | `an_image_sent_to_a_user_is_a_message` |
//! | `POST /appusers/{u}/conversation/activity` | `only_the_users_own_reading_resets_the_unread_count`, `typing_and_reading_need_a_conversation_and_a_known_type` |
//! | `POST /appusers/{u}/conversation/read` | `only_the_users_own_reading_resets_the_unread_count`, `typing_and_reading_need_a_conversation_and_a_known_type` |
//! | `GET /appusers/{u}/conversation` | `the_conversation_returns_its_facts` |
//! | `POST /appusers/{u}/conversation/postback` | `a_press_on_a_button_is_echoed_where_the_app_wants_it` |
//! | `POST /attachments` | `everybody_can_read_an_upload_until_it_is_removed`, `a_malformed_upload_is_refused`, `a_file_of_ten_megabytes_is_accepted_and_a_larger_one_is_not`, `uploads_have_a_total_limit_until_some_are_removed`, `a_general_file_stays_when_its_message_is_deleted` |
//! | `POST /attachments/remove` | `everybody_can_read_an_upload_until_it_is_removed` |
//! | `GET /integrations` | `integrations_are_listed_in_pages_and_by_type`, `every_client_belongs_to_an_integration_of_its_platform` |
//! | `POST /integrations` | `an_integration_is_created_changed_and_deleted` |
//! | `GET, PUT, DELETE /integrations/{id}` | `an_integration_is_created_changed_and_deleted` |
//! | `GET, POST /webhooks` | `a_webhook_is_created_listed_changed_and_deleted`, `a_malformed_or_eleventh_webhook_is_refused` |
//! | `GET, PUT, DELETE /webhooks/{id}` | `a_webhook_is_created_listed_changed_and_deleted`, `a_malformed_or_eleventh_webhook_is_refused` |
//! | `GET, PUT, DELETE /apps/{appId}` | `the_app_is_returned_with_its_settings`, `an_update_of_an_app_changes_only_what_it_names`, `a_deleted_app_takes_its_keys_with_it`, `an_unknown_app_a_foreign_app_and_the_list_of_apps_are_refused_differently` |
//! | `GET, POST /apps` | `the_account_lists_creates_and_deletes_apps`, `a_key_of_an_app_sees_only_its_own_app` |
//! | `GET, POST /keys` | `a_new_key_works_until_it_is_deleted`, `an_unnamed_or_eleventh_key_is_refused` |
//! | `GET, DELETE /keys/{id}` | `a_new_key_works_until_it_is_deleted` |
//! | `GET /keys/{id}/jwt` | `a_new_key_works_until_it_is_deleted` |
//! | `any path: name of the server` | `a_request_for_a_server_of_another_name_is_refused` |
//! | `any path: credentials` | `wrong_and_missing_credentials_are_unauthorized`, `a_token_allows_what_its_key_allows`, `a_token_with_any_wrong_part_is_unauthorized`, `an_expired_token_and_one_for_another_api_are_refused_with_the_reason`, `a_users_own_token_reads_and_writes_only_that_user`, `an_anonymous_user_has_no_token` |
//! | `any other path or method` | `unknown_paths_and_methods_are_refused_in_json` |

mod animals;
mod answers;
mod auth;
mod body;
pub mod cast;
mod chance;
mod channels;
mod compose;
mod crowd;
mod errors;
mod faults;
mod files;
mod history;
mod hosts;
mod jwt;
mod messages;
mod multipart;
mod naming;
mod paging;
mod path;
mod people;
mod percent;
mod population;
mod posting;
mod query;
mod routes;
mod server;
mod talks;
mod users;
mod world;
mod writing;

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use auth::Owner;
use server::Shared;
use world::{Origin, World};

pub use crowd::MOST as MOST_USERS;
pub use faults::{Fault, Faults, UnknownFault};
pub use naming::UnnamedUsers;
pub use server::RequestRecord;

/// Options of a new sandbox.
#[derive(Debug, Clone, Copy)]
pub struct SandboxOptions {
    /// Where it listens; port 0 takes any free port.
    pub listen: SocketAddr,
    /// The source of all ids and other draws.
    pub seed: u64,
    /// The sandbox's current time, which stands still: nobody was seen after it.
    pub now: jiff::Timestamp,
    /// How many people to add to the scripted ones, at most [`MOST_USERS`].
    pub users: u64,
    /// How messages name a user without any name.
    pub unnamed: UnnamedUsers,
    /// What goes wrong on purpose.
    pub faults: Faults,
}

impl SandboxOptions {
    /// The default seed.
    pub const DEFAULT_SEED: u64 = 20_418;

    /// A sandbox on any free port of 127.0.0.1 with the default seed.
    pub fn at(now: jiff::Timestamp) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            seed: Self::DEFAULT_SEED,
            now,
            users: 0,
            unnamed: UnnamedUsers::default(),
            faults: Faults::default(),
        }
    }
}

/// A key of the sandbox. It works nowhere else.
#[derive(Clone)]
struct Access {
    id: String,
    secret: String,
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut access = f.debug_struct("Access");
        access.field("id", &self.id).finish_non_exhaustive()
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// Other machines could reach the address.
    #[error(
        "the sandbox listens on this machine only: {0} can be reached from outside; \
         use 127.0.0.1 or [::1]"
    )]
    NotLoopback(SocketAddr),
    /// The address is taken or not allowed.
    #[error("the sandbox cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The people that ship with this program cannot be read.
    #[error("the sandbox's people cannot be read: {0}")]
    World(#[from] serde_json::Error),
}

/// A running sandbox; it stops when it is dropped.
#[derive(Debug)]
pub struct Sandbox {
    shared: Arc<Shared>,
    app_id: String,
    of_app: Access,
    of_account: Access,
    task: JoinHandle<()>,
    // Dropping it stops the server, once open connections have finished their answer.
    _stop: oneshot::Sender<()>,
}

impl Sandbox {
    /// Builds the world, opens the port, and serves in a task of its own.
    #[expect(
        clippy::unused_async,
        reason = "it needs a running runtime, and a future cannot be polled outside one by mistake"
    )]
    pub async fn start(options: SandboxOptions) -> Result<Self, SandboxError> {
        let address = options.listen;
        if !address.ip().is_loopback() {
            return Err(SandboxError::NotLoopback(address));
        }
        let world = World::build(Origin {
            seed: options.seed,
            now: options.now.as_millisecond(),
            crowd: options.users,
            unnamed: options.unnamed,
        })?;
        let app_id = world.first_app_id();
        let of_app = access(&world, &Owner::App(app_id.clone()));
        let of_account = access(&world, &Owner::Account);
        let refused = |source| SandboxError::Listen { address, source };
        let listener = TcpListener::bind(address).map_err(refused)?;
        listener.set_nonblocking(true).map_err(refused)?;
        let base_url = format!("http://{}", listener.local_addr().map_err(refused)?);
        let listener = tokio::net::TcpListener::from_std(listener).map_err(refused)?;
        let shared = Arc::new(Shared::new(world, options.faults, base_url));
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server::serve(listener, Arc::clone(&shared), stopped));
        Ok(Self {
            shared,
            app_id,
            of_app,
            of_account,
            task,
            _stop: stop,
        })
    }

    /// The address of the API, for instance `http://127.0.0.1:40123`.
    pub fn base_url(&self) -> &str {
        self.shared.base_url()
    }

    /// The id of the app with people in it.
    pub fn app_id(&self) -> &str {
        &self.app_id
    }

    /// The name of that app; empty after it was deleted.
    pub fn app_name(&self) -> String {
        let mut world = self.shared.world();
        let app = world.app(&self.app_id);
        let name = app.and_then(|app| app.facts.get("name")?.as_str().map(str::to_owned));
        name.unwrap_or_default()
    }

    /// The id of the app's key, of scope app.
    pub fn key_id(&self) -> &str {
        &self.of_app.id
    }

    /// The key's secret. It works only in this sandbox.
    pub fn secret(&self) -> &str {
        &self.of_app.secret
    }

    /// The id of the account's key, of scope account.
    pub fn account_key_id(&self) -> &str {
        &self.of_account.id
    }

    /// The secret of the account's key.
    pub fn account_secret(&self) -> &str {
        &self.of_account.secret
    }

    /// Every user's `_id`: the notable people of [`cast`] first, always in the same order.
    ///
    /// With a large crowd, this list is large.
    pub fn user_ids(&self) -> Vec<String> {
        let mut world = self.shared.world();
        let app = world.app(&self.app_id);
        app.map(|app| app.people.ids()).unwrap_or_default()
    }

    /// Every user as a line of JSON, as an export of the app contains them, in the order of
    /// [`user_ids`](Self::user_ids).
    pub fn export_users(&self) -> Vec<String> {
        let mut world = self.shared.world();
        let app = world.app(&self.app_id);
        app.map(|app| app.people.export()).unwrap_or_default()
    }

    /// The `_id`s of the first people in the crowd, at most `most` of them.
    pub fn crowd_ids(&self, most: usize) -> Vec<String> {
        let mut world = self.shared.world();
        let app = world.app(&self.app_id);
        app.map(|app| app.people.crowd_ids().take(most).collect())
            .unwrap_or_default()
    }

    /// The latest answered requests, oldest first; at most 10,000.
    pub fn requests(&self) -> Vec<RequestRecord> {
        self.shared.requests()
    }

    /// Receives every request from now on, as soon as it is answered.
    pub fn listen(&self) -> mpsc::UnboundedReceiver<RequestRecord> {
        self.shared.listen()
    }

    /// Serves until the process or the returned future ends.
    pub(crate) async fn serve_forever(mut self) {
        // The task ends by itself only if serving failed; then there is nothing left to do.
        let _ = (&mut self.task).await;
    }
}

fn access(world: &World, owner: &Owner) -> Access {
    let key = world.keys.of(owner).next();
    Access {
        id: key.map(|key| key.id.clone()).unwrap_or_default(),
        secret: key.map(|key| key.secret.clone()).unwrap_or_default(),
    }
}
