//! Plans of what is reported of a few people: up to twelve lines of every kind, in which ids, times
//! and values meet often. Small numbers stand for all of them, so that they shrink well.

use proptest::option;
use proptest::prelude::*;

/// How many moments there are.
const MOMENTS: u8 = 10;

/// How many users there are at most.
const USERS: u8 = 4;

/// A value, that there is none, or nothing said at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Said {
    Nothing,
    None,
    Value(u8),
}

/// A line that is to be made.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The file's date.
    pub date: u8,
    pub number: u8,
    pub what: What,
}

#[derive(Debug, Clone)]
pub enum What {
    /// The same words as another line, in another file.
    Again(u8),
    Row(Row),
    /// A user in a file or in an answer; what is not said of a whole one is what they do not have.
    User(UserPlan),
    V11(Event),
    V2(Vec<Event>),
}

#[derive(Debug, Clone)]
pub struct Row {
    pub id: Option<u8>,
    pub user_id: Option<u8>,
    pub given_name: Option<u8>,
    pub email: Option<u8>,
    pub properties: [Option<u8>; 2],
}

#[derive(Debug, Clone)]
pub struct UserPlan {
    pub id: u8,
    pub is_v2: bool,
    pub how: How,
    pub is_wrapped: bool,
    pub profile: Profile,
    pub clients: Option<Vec<ClientPlan>>,
    pub pending: Option<Vec<ClientPlan>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    Part,
    Whole,
    /// A line of `get --json`, asked at this moment.
    Answer(u8),
}

#[derive(Debug, Clone)]
pub struct Profile {
    pub user_id: Said,
    pub given_name: Said,
    pub surname: Said,
    pub email: Said,
    pub signed_up_at: Said,
    pub started: Option<bool>,
    pub properties: Option<[Said; 2]>,
}

#[derive(Debug, Clone, Copy)]
pub struct ClientPlan {
    pub which: u8,
    /// By which of its ids it is named, if it has two.
    pub by: u8,
    pub display_name: Said,
    pub external_id: Said,
    pub last_seen: Said,
}

#[derive(Debug, Clone)]
pub struct Event {
    pub id: u8,
    /// When it says that it happened.
    pub at: Option<u8>,
    /// Whether the user is shown with their profile.
    pub is_full: bool,
    pub profile: Profile,
    pub client: Option<ClientPlan>,
    pub what: Happened,
}

#[derive(Debug, Clone, Copy)]
pub enum Happened {
    /// Something that is only a sign of the user, of some kind.
    Seen(u8),
    Message {
        id: u8,
        name: Option<u8>,
        received: u8,
    },
    ClientRemoved,
    Merged(u8),
    Deleted,
}

/// Plans of up to twelve lines about one to four users.
pub fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let plans = prop::collection::vec(plan(), 1..=12);
    (1..=USERS, plans).prop_map(|(users, mut plans)| {
        for plan in &mut plans {
            plan.what.keep_within(users);
        }
        plans
    })
}

impl What {
    /// Makes this about one of the first users.
    fn keep_within(&mut self, users: u8) {
        match self {
            Self::Again(_) => {}
            Self::Row(row) => row.id = row.id.map(|id| id % users),
            Self::User(user) => user.id %= users,
            Self::V11(event) => event.keep_within(users),
            Self::V2(events) => events.iter_mut().for_each(|it| it.keep_within(users)),
        }
    }
}

fn plan() -> impl Strategy<Value = Plan> {
    let what = prop_oneof![
        3 => row().prop_map(What::Row),
        6 => user().prop_map(What::User),
        4 => event().prop_map(What::V11),
        3 => prop::collection::vec(event(), 1..=3).prop_map(What::V2),
        1 => any::<u8>().prop_map(What::Again),
    ];
    (moment(), 2..=9_u8, what).prop_map(|(date, number, what)| Plan { date, number, what })
}

fn moment() -> impl Strategy<Value = u8> {
    0..MOMENTS
}

fn said() -> impl Strategy<Value = Said> {
    prop_oneof![
        3 => Just(Said::Nothing),
        1 => Just(Said::None),
        3 => (0..3_u8).prop_map(Said::Value),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let cell = || option::of(0..3_u8);
    (
        option::weighted(0.7, 0..USERS),
        option::of(0..2_u8),
        cell(),
        cell(),
        [cell(), cell()],
    )
        .prop_map(|(id, user_id, given_name, email, properties)| Row {
            id,
            // One of the two is needed.
            user_id: user_id.or(id.is_none().then_some(0)),
            given_name,
            email,
            properties,
        })
}

fn profile() -> impl Strategy<Value = Profile> {
    let properties = option::of([said(), said()]);
    let started = option::of(any::<bool>());
    (said(), said(), said(), said(), said(), started, properties).prop_map(
        |(user_id, given_name, surname, email, signed_up_at, started, properties)| Profile {
            user_id,
            given_name,
            surname,
            email,
            signed_up_at,
            started,
            properties,
        },
    )
}

fn client() -> impl Strategy<Value = ClientPlan> {
    (0..5_u8, 0..3_u8, said(), said(), said()).prop_map(
        |(which, by, display_name, external_id, last_seen)| ClientPlan {
            which,
            by,
            display_name,
            external_id,
            last_seen,
        },
    )
}

fn user() -> impl Strategy<Value = UserPlan> {
    let how = prop_oneof![
        Just(How::Part),
        Just(How::Whole),
        moment().prop_map(How::Answer)
    ];
    let clients = || option::weighted(0.7, prop::collection::vec(client(), 0..=2));
    let is_v2 = prop::bool::weighted(0.3);
    (
        0..USERS,
        is_v2,
        how,
        any::<bool>(),
        profile(),
        clients(),
        clients(),
    )
        .prop_map(
            |(id, is_v2, how, is_wrapped, profile, clients, pending)| UserPlan {
                id,
                is_v2,
                how,
                is_wrapped,
                profile,
                clients,
                pending,
            },
        )
}

fn event() -> impl Strategy<Value = Event> {
    let message = (0..3_u8, option::weighted(0.8, 0..3_u8), moment());
    let what = prop_oneof![
        5 => any::<u8>().prop_map(Happened::Seen),
        3 => message.prop_map(|(id, name, received)| Happened::Message { id, name, received }),
        1 => Just(Happened::ClientRemoved),
        2 => (0..USERS).prop_map(Happened::Merged),
        1 => Just(Happened::Deleted),
    ];
    let at = option::weighted(0.8, moment());
    let client = option::of(client());
    (0..USERS, at, any::<bool>(), profile(), client, what).prop_map(
        |(id, at, is_full, profile, client, what)| Event {
            id,
            at,
            is_full,
            profile,
            client,
            what,
        },
    )
}

impl Event {
    fn keep_within(&mut self, users: u8) {
        self.id %= users;
        if let Happened::Merged(into) = &mut self.what {
            *into %= users;
        }
    }
}
