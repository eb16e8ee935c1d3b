//! Several processes at once, on one broadcast, with one body.

use super::length::rounds;
use super::verdict::{Ended, Trial, conclude};

const PROCESSES: usize = 8;

#[test]
fn of_eight_processes_that_race_exactly_one_sends() {
    let mut trial = Trial::new();
    let number = rounds(5, 200);
    let mut refused = 0;
    let mut wrong = Vec::new();
    for _ in 0..number {
        trial.freshen();
        let name = trial.next();
        let mut racing: Vec<_> = (0..PROCESSES)
            .map(|_| trial.desk.launch(&name).spawn().unwrap())
            .collect();
        let codes: Vec<_> = racing
            .iter_mut()
            .map(|child| child.wait().unwrap().code())
            .collect();
        let sent = codes.iter().filter(|code| **code == Some(0)).count();
        let others = codes.iter().filter(|code| **code == Some(4)).count();
        if (sent, others) != (1, PROCESSES - 1) {
            wrong.push(format!("{name}: {codes:?}"));
        }
        refused += others;
        trial.look(name, Ended::Code(0), "a race", false);
    }
    let words = format!("{number} rounds of {PROCESSES} processes, {refused} refused");
    let figures = conclude("race", &words, number, vec![trial.close()]);
    assert_eq!(wrong, Vec::<String>::new());
    assert_eq!(
        (figures.arrived, figures.accepted),
        (number, number),
        "{figures}"
    );
}
