//! Two consoles on one journal, and everything that may happen to them, in any order: what the world has to look like
//! after each step is said by a model of a page, and held against the real launcher, journal and wire.
//!
//! What must hold always: a request arrives at most once for each launch that was confirmed, and not before the journal
//! has it; a launch is never accepted without a record; an unknown one blocks its broadcast until it is settled, once.

mod platform;
mod world;

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use mylink_console::domain::launch::{Outcome, SettledAs, Settlement};
use mylink_console::domain::waiting::WaitingLaunch;
use mylink_console::launcher::Word;
use mylink_console::session::Became;
use proptest::test_runner::Config;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest};
use tokio::runtime::Runtime;

use self::platform::{Console, Platform};
use self::world::{Expected, SEATS, Step, World};
use crate::proofs::{Counted, report, rounds};

/// Steps of one story, at most.
const STEPS: usize = 100;

/// Stories that are told at once, each at a desk of its own.
const LANES: usize = 2;

static TAKEN: AtomicUsize = AtomicUsize::new(0);
static SENT: AtomicUsize = AtomicUsize::new(0);
static CONFIRMED: AtomicUsize = AtomicUsize::new(0);
static UNKNOWN: AtomicUsize = AtomicUsize::new(0);

#[test]
fn nothing_that_happens_to_two_consoles_breaks_a_promise() {
    let config = Config {
        cases: u32::try_from(rounds(50, 2_100).div_ceil(LANES)).unwrap(),
        failure_persistence: None,
        max_shrink_iters: 1_000,
        // What the story does not allow at a moment is no step of it.
        max_local_rejects: u32::MAX,
        ..Config::default()
    };
    std::thread::scope(|scope| {
        for _ in 0..LANES {
            scope.spawn(|| {
                let stories = World::sequential_strategy(1..STEPS);
                proptest::proptest!(config.clone(), |((start, steps, seen) in stories)| {
                    Real::test_sequential(config.clone(), start, steps, seen);
                });
            });
        }
    });
    let steps = TAKEN.load(Ordering::SeqCst);
    let arrived = SENT.load(Ordering::SeqCst);
    let words = format!(
        "{} x {LANES} stories, {steps} steps, {arrived} requests arrived; no promise broken",
        config.cases
    );
    let counted = Counted {
        rounds: steps,
        launches: CONFIRMED.load(Ordering::SeqCst),
        sends: arrived,
        unknown: UNKNOWN.load(Ordering::SeqCst),
        ..Counted::default()
    };
    report("model", &words, &counted);
}

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| Runtime::new().unwrap())
}

/// The real thing: a scripted platform, one folder, and a console on each seat that is taken.
struct Real {
    platform: Platform,
    seats: [Option<Console>; SEATS],
}

impl StateMachineTest for Real {
    type SystemUnderTest = Self;
    type Reference = World;

    fn init_test(_: &World) -> Self {
        runtime().block_on(async {
            let platform = Platform::start().await;
            let seats = [platform.first_console().await, platform.console()];
            Self {
                seats: seats.map(Some),
                platform,
            }
        })
    }

    fn apply(mut real: Self, world: &World, step: Step) -> Self {
        TAKEN.fetch_add(1, Ordering::SeqCst);
        runtime().block_on(real.take(world, &step));
        real
    }

    fn check_invariants(real: &Self, world: &World) {
        runtime().block_on(real.check(world));
    }

    fn teardown(real: Self, world: World) {
        let unknown = world.launches.iter();
        let unknown = unknown.filter(|launch| launch.outcome == Outcome::Unknown);
        UNKNOWN.fetch_add(unknown.count(), Ordering::SeqCst);
        CONFIRMED.fetch_add(world.launches.len(), Ordering::SeqCst);
        SENT.fetch_add(real.platform.arrived().len(), Ordering::SeqCst);
    }
}

impl Real {
    fn at(&mut self, seat: usize) -> &mut Console {
        self.seats[seat].as_mut().unwrap()
    }

    fn anyone(&self) -> Option<&Console> {
        self.seats.iter().flatten().next()
    }

    async fn take(&mut self, world: &World, step: &Step) {
        match step {
            // What is drafted is the model's to know.
            Step::Edit { .. } => {}
            Step::Review { seat } => {
                let plan = world.seats[*seat].draft;
                self.at(*seat).review(plan).await;
            }
            Step::Sync => {
                let id = format!("{}", 100 + world.contacts);
                let console = self.anyone().unwrap();
                console.desk.put_contact(&id, "red").await;
            }
            Step::Launch { .. } => self.launch(world, step).await,
            Step::Race { .. } => Box::pin(self.race(world, step)).await,
            Step::Crash { seat } => self.seats[*seat] = None,
            Step::Restart { seat } => {
                let console = self.platform.console();
                console.desk.session.launcher.recover().await.unwrap();
                self.seats[*seat] = Some(console);
            }
            Step::Recover { seat } => {
                let console = self.at(*seat);
                console.desk.session.launcher.recover().await.unwrap();
            }
            Step::Expire => self.platform.expire(world.generation),
            Step::Jump { seat, .. } => {
                let clock = world.seats[*seat].clock;
                self.at(*seat).set_clock(clock);
            }
            Step::Settle { launch, settled_as } => self.settle(world, *launch, *settled_as).await,
            Step::Hold { seat, again } => self.hold(world, *seat, *again).await,
            Step::TakeBack { waiting } => self.take_back(world, *waiting).await,
            Step::Serve { .. } => self.serve(world, step).await,
        }
        for (console, model) in self.seats.iter_mut().zip(&world.seats) {
            if let (Some(console), None) = (console, &model.review) {
                console.review = None;
            }
        }
    }

    async fn launch(&mut self, world: &World, step: &Step) {
        let Step::Launch {
            seat,
            again,
            hook,
            door,
        } = step
        else {
            return;
        };
        self.platform.will(*hook, *door);
        let platform = &self.platform;
        let console = self.seats[*seat].as_mut().unwrap();
        let review = console.review.take().unwrap();
        let confirmed = console.launch(review, *again);
        let result = tokio::select! {
            result = confirmed => Some(result),
            () = platform.died() => None,
        };
        match (world.expected, result) {
            (Expected::Died, None) => self.seats[*seat] = None,
            (Expected::Outcome(outcome), Some(Ok(record))) => {
                assert_eq!(record.outcome, outcome, "{}", record.reason);
            }
            (Expected::Refused, Some(Err(error))) if error.is_guard() => {}
            (expected, result) => panic!("{expected:?} was expected, {result:?} came of {step:?}"),
        }
    }

    async fn hold(&mut self, world: &World, seat: usize, again: bool) {
        let place = world.waiting.len();
        let console = self.at(seat);
        let review = console.review.take().unwrap();
        let held = console.hold(review, again, place).await;
        match (world.expected, held) {
            (Expected::Held, Ok(_)) => {}
            (Expected::Refused, Err(error)) if error.is_guard() => {}
            (expected, held) => panic!("{expected:?} was expected, {held:?} came"),
        }
    }

    async fn take_back(&self, world: &World, place: usize) {
        let console = self.anyone().unwrap();
        let id = &console.waiting().await[place].id;
        let taken = console.desk.session.launcher.take_back(id).await;
        let is_mishap = taken
            .as_ref()
            .is_ok_and(|waiting| waiting.state().is_mishap());
        assert_eq!(
            taken.is_ok() && !is_mishap,
            world.expected == Expected::TakenBack
        );
    }

    async fn serve(&mut self, world: &World, step: &Step) {
        let Step::Serve {
            seat,
            waiting,
            hook,
            door,
            is_late,
        } = step
        else {
            return;
        };
        self.platform.will(*hook, *door);
        let platform = &self.platform;
        let console = self.seats[*seat].as_ref().unwrap();
        let served = console.serve(*waiting, *is_late);
        let result = tokio::select! {
            result = served => Some(result),
            () = platform.died() => None,
        };
        match (world.expected, result) {
            (Expected::Died, None) => self.seats[*seat] = None,
            (Expected::Outcome(outcome), Some(Became::Launched(record))) => {
                assert_eq!(record.outcome, outcome, "{}", record.reason);
            }
            (Expected::Refused | Expected::Missed, Some(Became::Ended(_)))
            | (Expected::Over, Some(Became::Elsewhere(_))) => {}
            (expected, result) => panic!("{expected:?} was expected, {result:?} came of {step:?}"),
        }
    }

    /// Both confirm what they reviewed, at the same moment.
    async fn race(&mut self, world: &World, step: &Step) {
        let Step::Race { again, hook } = step else {
            return;
        };
        self.platform.will(*hook, world::Door::Opens);
        self.forget_tokens();
        let [one, two] = self.seats.each_mut().map(|seat| seat.as_mut().unwrap());
        let reviews = [one, two].map(|console| console.review.take().unwrap());
        let [first, second] = reviews;
        let [one, two] = self.seats.each_ref().map(|seat| seat.as_ref().unwrap());
        let results = tokio::join!(one.launch(first, *again), two.launch(second, *again));
        let mut sent = Vec::new();
        for result in [results.0, results.1] {
            match result {
                Ok(record) => sent.push(record.outcome),
                Err(error) if error.is_guard() => {}
                Err(error) => panic!("{error:?}"),
            }
        }
        match world.expected {
            Expected::Outcome(outcome) => assert_eq!(sent, [outcome]),
            _ => assert_eq!(sent, []),
        }
        // Which of the two has a token now depends on who won.
        self.forget_tokens();
    }

    fn forget_tokens(&mut self) {
        for seat in self.seats.iter_mut().flatten() {
            seat.forget_token(&self.platform);
        }
    }

    async fn settle(&self, world: &World, launch: usize, settled_as: SettledAs) {
        let console = self.anyone().unwrap();
        let log = console.desk.log().await;
        let id = &log[log.len() - 1 - launch].id;
        let word = Settlement {
            settled_as,
            by: "ops@here".to_owned(),
            at: jiff::Timestamp::now(),
            reason: "looked".to_owned(),
        };
        let settled = console.desk.session.launcher.settle(id, word).await;
        assert_eq!(settled.is_ok(), world.expected == Expected::Settled);
    }

    /// The journal says what the model says, and so does the wire.
    async fn check(&self, world: &World) {
        assert_eq!(self.platform.broken_promises(), Vec::<String>::new());
        let mut arrived = self.platform.arrived();
        let mut expected: Vec<String> = world.arrived().map(world::mark).collect();
        arrived.sort_unstable();
        expected.sort_unstable();
        assert_eq!(arrived, expected, "what arrived");
        let Some(console) = self.anyone() else {
            return;
        };
        let mut log = console.desk.log().await;
        log.reverse();
        let kept: Vec<(Outcome, Option<SettledAs>)> = log
            .iter()
            .map(|launch| {
                (
                    launch.outcome,
                    launch.settled.as_ref().map(|word| word.settled_as),
                )
            })
            .collect();
        let modelled: Vec<_> = world
            .launches
            .iter()
            .map(|launch| (launch.outcome, launch.settled))
            .collect();
        assert_eq!(kept, modelled, "the journal");
        let waiting = console.waiting().await;
        let waiting: Vec<_> = waiting.iter().map(WaitingLaunch::state).collect();
        let modelled: Vec<_> = world.waiting.iter().map(|waiting| waiting.state).collect();
        assert_eq!(waiting, modelled, "what waits");
        for (launch, model) in log.iter().zip(&world.launches) {
            let body = launch.calls[0].body.as_deref().unwrap();
            assert!(body.contains(&world::mark(model.plan)), "{body}");
        }
    }
}

/// What a person says who confirms a review.
fn word(hash: String, again: bool) -> Word {
    Word {
        hash: Some(hash),
        again,
        ..Word::default()
    }
}
