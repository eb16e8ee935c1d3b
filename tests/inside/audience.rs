//! The contact table against the plain evaluator, and contacts through CSV and back.

mod batches;
mod browse;
mod changed;
mod csv;
mod explain;
mod fixture;
mod freeze;
mod laws;
mod problems;
mod scale;
mod table;
mod targets;

use std::sync::atomic::AtomicBool;

use mylink_console::audience::{Evaluation, Table};
use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::filter::{Filter, Join, Reading};
use mylink_console::domain::record::Contact;

/// A contact of the variables given.
fn contact(variables: &[(&str, &str)]) -> Contact {
    let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
    Contact {
        variables: variables.iter().map(owned).collect(),
    }
}

fn filter(join: Join, field: &str, criterion: Criterion, value: &str) -> Filter {
    Filter {
        join,
        field: field.to_owned(),
        criterion,
        value: value.to_owned(),
    }
}

fn evaluate(table: &Table, filters: &[Filter], reading: Reading) -> Evaluation {
    table
        .evaluate(filters, reading, &AtomicBool::new(false))
        .expect("nobody stopped it")
}

/// Who matches by the plain evaluator.
fn plainly(contacts: &[Contact], filters: &[Filter], reading: Reading) -> Vec<u32> {
    let matches = |contact: &Contact| {
        mylink_console::domain::filter::matches(filters, reading, |name| contact.get(name))
    };
    (0..)
        .zip(contacts)
        .filter(|(_, contact)| matches(contact))
        .map(|(row, _)| row)
        .collect()
}
