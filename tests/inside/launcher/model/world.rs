//! The model: what is true after each step, in as few words as possible.

use mylink_console::domain::launch::{Outcome, SettledAs};
use mylink_console::domain::waiting::WaitingState;
use proptest::prelude::{BoxedStrategy, Just, Strategy, any};
use proptest::prop_oneof;
use proptest_state_machine::ReferenceStateMachine;

/// How many consoles there are.
pub const SEATS: usize = 2;

/// How many plans there are, of one broadcast and to the same contacts; only their bodies differ.
const PLANS: usize = 3;

/// Minutes after which a token is renewed, of the 60 that it is good for.
const RENEWED_AFTER: i64 = 55;

/// Minutes of the repeat window.
pub const REPEAT_WINDOW: i64 = 24 * 60;

/// What stands in the body of a plan alone.
pub fn mark(plan: usize) -> String {
    format!("\"p{plan}\"")
}

/// What the hook does with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    Status(u16),
    Garbage,
    Close,
    CutHead,
    CutBody,
    /// The console's process dies as soon as the request has arrived.
    Dies,
}

/// What becomes of asking for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Opens,
    Broken,
    /// The console's process dies while it asks.
    Dies,
}

/// What may happen.
#[derive(Debug, Clone)]
pub enum Step {
    Edit {
        seat: usize,
        plan: usize,
    },
    Review {
        seat: usize,
    },
    /// A further contact comes into the cache.
    Sync,
    /// The review is confirmed.
    Launch {
        seat: usize,
        again: bool,
        hook: Hook,
        door: Door,
    },
    /// Both confirm at once.
    Race {
        again: bool,
        hook: Hook,
    },
    Crash {
        seat: usize,
    },
    Restart {
        seat: usize,
    },
    Recover {
        seat: usize,
    },
    /// The platform forgets the tokens that it gave.
    Expire,
    /// A console's clock moves, by minutes.
    Jump {
        seat: usize,
        minutes: i64,
    },
    Settle {
        launch: usize,
        settled_as: SettledAs,
    },
    /// The review is confirmed with a time.
    Hold {
        seat: usize,
        again: bool,
    },
    TakeBack {
        waiting: usize,
    },
    /// A console comes to a waiting launch at its time, or too late.
    Serve {
        seat: usize,
        waiting: usize,
        hook: Hook,
        door: Door,
        is_late: bool,
    },
}

/// What the last step has to come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    Nothing,
    Refused,
    Outcome(Outcome),
    Died,
    Settled,
    NotSettled,
    Held,
    TakenBack,
    NotTakenBack,
    Missed,
    Over,
}

#[derive(Debug, Clone)]
pub struct World {
    pub seats: [Seat; SEATS],
    /// How many contacts came later.
    pub contacts: usize,
    /// Of the tokens that the platform takes.
    pub generation: usize,
    /// Oldest first.
    pub launches: Vec<Launch>,
    /// In the order in which they were confirmed.
    pub waiting: Vec<Waiting>,
    pub expected: Expected,
}

#[derive(Debug, Clone, Default)]
pub struct Seat {
    pub is_taken: bool,
    pub draft: usize,
    pub review: Option<Review>,
    /// Its generation, and until when it is used.
    token: Option<(usize, i64)>,
    /// Minutes by which this console's clock is ahead.
    pub clock: i64,
}

/// What was true when a plan was reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    plan: usize,
    contacts: usize,
    launches: usize,
    /// The first of those that wait, and how many there are.
    waiting: (Option<usize>, usize),
}

/// A launch that was given a time.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub state: WaitingState,
    review: Review,
    again: bool,
    /// Whether it was warned of launches to the same contacts.
    warned: bool,
    /// Those that waited already.
    before: Vec<usize>,
}

#[derive(Debug, Clone)]
pub struct Launch {
    pub plan: usize,
    pub outcome: Outcome,
    pub settled: Option<SettledAs>,
    /// As which it waited, if it did.
    waited: Option<usize>,
    has_begun: bool,
    has_arrived: bool,
}

impl Launch {
    fn is_open(&self) -> bool {
        self.outcome == Outcome::Unknown && self.settled.is_none()
    }

    fn may_have_arrived(&self) -> bool {
        match self.outcome {
            Outcome::Accepted => true,
            Outcome::Unknown => self.settled != Some(SettledAs::NotSent),
            _ => false,
        }
    }
}

impl World {
    /// The plans of the requests that arrived.
    pub fn arrived(&self) -> impl Iterator<Item = usize> {
        let arrived = self.launches.iter().filter(|launch| launch.has_arrived);
        arrived.map(|launch| launch.plan)
    }

    fn review(&self, plan: usize) -> Review {
        Review {
            plan,
            contacts: self.contacts,
            launches: self.launches.len(),
            waiting: (self.open().next(), self.open().count()),
        }
    }

    /// Those that wait.
    fn open(&self) -> impl Iterator<Item = usize> {
        let all = self.waiting.iter().enumerate();
        let open = all.filter(|(_, waiting)| waiting.state == WaitingState::Waiting);
        open.map(|(place, _)| place)
    }

    /// Whether a review with this clock warns of a launch that reached the same contacts.
    fn warns(&self, clock: i64) -> bool {
        clock < REPEAT_WINDOW && self.reached().contains(&true)
    }

    /// Launches whose process died become what they are.
    fn recover(&mut self) {
        for launch in &mut self.launches {
            if launch.outcome == Outcome::Sending {
                launch.outcome = if launch.has_begun {
                    Outcome::Unknown
                } else {
                    Outcome::Failed
                };
            }
        }
    }

    /// Whether the guards let a confirmed review through; who gets as far as the journal recovers.
    fn is_let_through(&mut self, review: &Review, again: bool, clock: i64) -> bool {
        if *review != self.review(review.plan) {
            return false;
        }
        let waits = self
            .open()
            .any(|place| self.waiting[place].review.plan == review.plan);
        if waits && !again {
            self.recover();
            return false;
        }
        self.is_free(review.plan, again, clock)
    }

    /// Whether the journal says nothing against a launch of a plan.
    fn is_free(&mut self, plan: usize, again: bool, clock: i64) -> bool {
        self.recover();
        let is_repeat = clock < REPEAT_WINDOW
            && self
                .launches
                .iter()
                .any(|launch| launch.plan == plan && launch.may_have_arrived());
        !self.launches.iter().any(Launch::is_open) && (again || !is_repeat)
    }

    fn launch(&mut self, seat: usize, again: bool, hook: Hook, door: Door) -> Expected {
        let Some(review) = self.seats[seat].review.take() else {
            return Expected::Nothing;
        };
        let clock = self.seats[seat].clock;
        if !self.is_let_through(&review, again, clock) {
            return Expected::Refused;
        }
        self.send(seat, review.plan, None, hook, door)
    }

    fn send(
        &mut self,
        seat: usize,
        plan: usize,
        waited: Option<usize>,
        hook: Hook,
        door: Door,
    ) -> Expected {
        self.launches.push(Launch {
            plan,
            outcome: Outcome::Sending,
            settled: None,
            waited,
            has_begun: false,
            has_arrived: false,
        });
        let outcome = self.fly(seat, hook, door);
        if let Some(launch) = self.launches.last_mut() {
            launch.outcome = outcome;
        }
        if outcome == Outcome::Sending {
            self.leave(seat);
            return Expected::Died;
        }
        Expected::Outcome(outcome)
    }

    fn hold(&mut self, seat: usize, again: bool) -> Expected {
        let Some(review) = self.seats[seat].review.take() else {
            return Expected::Nothing;
        };
        let clock = self.seats[seat].clock;
        let warned = self.warns(clock) || self.open().next().is_some();
        if !self.is_let_through(&review, again, clock) {
            return Expected::Refused;
        }
        let before = self.open().collect();
        self.waiting.push(Waiting {
            state: WaitingState::Waiting,
            review,
            again,
            warned,
            before,
        });
        Expected::Held
    }

    fn serve(&mut self, seat: usize, place: usize, is_late: bool, way: (Hook, Door)) -> Expected {
        let clock = self.seats[seat].clock;
        let waiting = self.waiting[place].clone();
        if waiting.state != WaitingState::Waiting {
            return Expected::Over;
        }
        if is_late {
            self.waiting[place].state = WaitingState::Missed;
            return Expected::Missed;
        }
        let newest = self.launches.last().and_then(|launch| launch.waited);
        let is_foreseen = newest.is_some_and(|newest| waiting.before.contains(&newest));
        let is_as_reviewed = waiting.review.contacts == self.contacts
            && (waiting.review.launches == self.launches.len() || is_foreseen)
            && (waiting.warned || !self.warns(clock));
        let plan = waiting.review.plan;
        if !is_as_reviewed || !self.is_free(plan, waiting.again, clock) {
            self.waiting[place].state = WaitingState::Refused;
            return Expected::Refused;
        }
        self.waiting[place].state = WaitingState::Started;
        self.send(seat, plan, Some(place), way.0, way.1)
    }

    fn take_back(&mut self, place: usize) -> Expected {
        let waiting = &mut self.waiting[place];
        if waiting.state != WaitingState::Waiting {
            return Expected::NotTakenBack;
        }
        waiting.state = WaitingState::TakenBack;
        Expected::TakenBack
    }

    /// What becomes of an armed launch; `Sending` where its process dies.
    fn fly(&mut self, seat: usize, hook: Hook, door: Door) -> Outcome {
        let generation = self.generation;
        let Seat { token, clock, .. } = &mut self.seats[seat];
        if token.is_none_or(|(_, until)| *clock >= until) {
            *token = (door == Door::Opens).then_some((generation, *clock + RENEWED_AFTER));
        }
        let Some((of, _)) = *token else {
            return match door {
                Door::Dies => Outcome::Sending,
                Door::Broken | Door::Opens => Outcome::Failed,
            };
        };
        if let Some(launch) = self.launches.last_mut() {
            (launch.has_begun, launch.has_arrived) = (true, true);
        }
        if of != generation || hook == Hook::Status(401) {
            *token = None;
            return Outcome::Rejected;
        }
        match hook {
            Hook::Status(200) | Hook::CutBody => Outcome::Accepted,
            Hook::Status(400..=405 | 413 | 429) => Outcome::Rejected,
            Hook::Status(_) | Hook::Garbage | Hook::Close | Hook::CutHead => Outcome::Unknown,
            Hook::Dies => Outcome::Sending,
        }
    }

    /// At most one of both is let through: the other finds the lock, or the first one's launch.
    fn race(&mut self, again: bool, hook: Hook) -> Expected {
        for seat in &mut self.seats {
            seat.token = None;
        }
        let mut expected = Expected::Refused;
        for seat in 0..SEATS {
            let came = self.launch(seat, again, hook, Door::Opens);
            if came != Expected::Refused {
                expected = came;
            }
        }
        for seat in &mut self.seats {
            seat.token = None;
        }
        expected
    }

    fn leave(&mut self, seat: usize) {
        let left = &mut self.seats[seat];
        *left = Seat {
            draft: left.draft,
            ..Seat::default()
        };
    }

    fn settle(&mut self, launch: usize, settled_as: SettledAs) -> Expected {
        let launch = &mut self.launches[launch];
        if !launch.is_open() {
            return Expected::NotSettled;
        }
        launch.settled = Some(settled_as);
        Expected::Settled
    }

    fn take(&mut self, step: &Step) -> Expected {
        match *step {
            Step::Edit { seat, plan } => {
                self.seats[seat].draft = plan;
                self.seats[seat].review = None;
            }
            Step::Review { seat } => {
                self.seats[seat].review = Some(self.review(self.seats[seat].draft));
            }
            Step::Sync => self.contacts += 1,
            Step::Launch {
                seat,
                again,
                hook,
                door,
            } => return self.launch(seat, again, hook, door),
            Step::Race { again, hook } => return self.race(again, hook),
            Step::Crash { seat } => self.leave(seat),
            Step::Restart { seat } => {
                self.seats[seat].is_taken = true;
                self.recover();
            }
            Step::Recover { .. } => self.recover(),
            Step::Expire => self.generation += 1,
            Step::Jump { seat, minutes } => self.seats[seat].clock += minutes,
            Step::Settle { launch, settled_as } => return self.settle(launch, settled_as),
            Step::Hold { seat, again } => return self.hold(seat, again),
            Step::TakeBack { waiting } => return self.take_back(waiting),
            Step::Serve {
                seat,
                waiting,
                hook,
                door,
                is_late,
            } => return self.serve(seat, waiting, is_late, (hook, door)),
        }
        Expected::Nothing
    }
}

impl ReferenceStateMachine for World {
    type State = Self;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Self> {
        let seat = Seat {
            is_taken: true,
            ..Seat::default()
        };
        Just(Self {
            seats: [seat.clone(), seat],
            contacts: 0,
            generation: 0,
            launches: Vec::new(),
            waiting: Vec::new(),
            expected: Expected::Nothing,
        })
        .boxed()
    }

    fn transitions(world: &Self) -> BoxedStrategy<Step> {
        let launches = world.launches.len().max(1);
        let waiting = 0..world.waiting.len().max(1);
        let seat = || 0..SEATS;
        prop_oneof![
            3 => (seat(), 0..PLANS).prop_map(|(seat, plan)| Step::Edit { seat, plan }),
            8 => seat().prop_map(|seat| Step::Review { seat }),
            1 => Just(Step::Sync),
            10 => (seat(), any::<bool>(), hook(), door())
                .prop_map(|(seat, again, hook, door)| Step::Launch { seat, again, hook, door }),
            4 => (any::<bool>(), hook()).prop_map(|(again, hook)| Step::Race { again, hook }),
            1 => seat().prop_map(|seat| Step::Crash { seat }),
            4 => seat().prop_map(|seat| Step::Restart { seat }),
            1 => seat().prop_map(|seat| Step::Recover { seat }),
            1 => Just(Step::Expire),
            1 => (seat(), jump()).prop_map(|(seat, minutes)| Step::Jump { seat, minutes }),
            4 => (seat(), any::<bool>()).prop_map(|(seat, again)| Step::Hold { seat, again }),
            1 => waiting.clone().prop_map(|waiting| Step::TakeBack { waiting }),
            5 => (seat(), waiting, hook(), door(), 0..6).prop_map(|(seat, waiting, hook, door, late)| {
                Step::Serve {
                    seat,
                    waiting,
                    hook,
                    door,
                    is_late: late == 0,
                }
            }),
            6 => (0..launches, any::<bool>()).prop_map(|(launch, sent)| Step::Settle {
                launch,
                settled_as: if sent { SettledAs::Sent } else { SettledAs::NotSent },
            }),
        ]
        .boxed()
    }

    fn preconditions(world: &Self, step: &Step) -> bool {
        let is_taken = |seat: usize| world.seats[seat].is_taken;
        match step {
            Step::Edit { seat, .. }
            | Step::Review { seat }
            | Step::Crash { seat }
            | Step::Recover { seat }
            | Step::Jump { seat, .. } => is_taken(*seat),
            Step::Restart { seat } => !is_taken(*seat),
            Step::Launch { seat, .. } => world.seats[*seat].review.is_some(),
            Step::Race { hook, .. } => world.can_race() && *hook != Hook::Dies,
            Step::Settle { launch, .. } => {
                *launch < world.launches.len() && world.is_anyone_there()
            }
            // Beyond the repeat window what is warned of depends on what a console has read of it last.
            Step::Hold { seat, .. } => {
                let seat = &world.seats[*seat];
                seat.review.is_some() && seat.clock < REPEAT_WINDOW
            }
            Step::Serve { seat, waiting, .. } => {
                let is_early = world.seats[*seat].clock < REPEAT_WINDOW;
                is_taken(*seat) && is_early && *waiting < world.waiting.len()
            }
            Step::TakeBack { waiting } => *waiting < world.waiting.len() && world.is_anyone_there(),
            Step::Sync => world.is_anyone_there(),
            Step::Expire => true,
        }
    }

    fn apply(mut world: Self, step: &Step) -> Self {
        let (launches, reached) = (world.launches.len(), world.reached());
        world.expected = world.take(step);
        // Warnings may read differently now, to the second: whether a review still stands isn't foretold.
        if launches == world.launches.len() && reached != world.reached() {
            for seat in &mut world.seats {
                seat.review = None;
            }
        }
        world
    }
}

impl World {
    /// The launches whose contacts a review warns of.
    fn reached(&self) -> Vec<bool> {
        let launches = self.launches.iter();
        launches
            .map(|launch| launch.outcome == Outcome::Sending || launch.may_have_arrived())
            .collect()
    }

    fn is_anyone_there(&self) -> bool {
        self.seats.iter().any(|seat| seat.is_taken)
    }

    /// Whether it makes no difference who of the two wins.
    fn can_race(&self) -> bool {
        let [one, two] = &self.seats;
        let both = one.review.as_ref().zip(two.review.as_ref());
        both.is_some_and(|(one, two)| one.plan == two.plan) && one.clock == two.clock
    }
}

fn hook() -> impl Strategy<Value = Hook> {
    prop_oneof![
        8 => Just(Hook::Status(200)),
        2 => prop_oneof![Just(401), Just(404), Just(302), Just(408), Just(503)].prop_map(Hook::Status),
        1 => Just(Hook::Garbage),
        1 => Just(Hook::Close),
        1 => Just(Hook::CutHead),
        1 => Just(Hook::CutBody),
        2 => Just(Hook::Dies),
    ]
}

fn door() -> impl Strategy<Value = Door> {
    prop_oneof![8 => Just(Door::Opens), 1 => Just(Door::Broken), 1 => Just(Door::Dies)]
}

fn jump() -> impl Strategy<Value = i64> {
    prop_oneof![Just(-120), Just(30), Just(90), Just(2 * REPEAT_WINDOW)]
}
