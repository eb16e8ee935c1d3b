//! What is asked, of us and in SQL.

use mylink_console::domain::criterion::Criterion;
use mylink_console::domain::criterion::Criterion::{
    Contains, Different, DoesNotContain, Equals, GreaterThan, HasValue, IsLongerThan, LesserThan,
    StartsWith,
};
use mylink_console::domain::filter::Join::{And, Or};
use mylink_console::domain::filter::{Filter, Join};

/// A question.
pub struct Question {
    /// What it is called.
    pub name: &'static str,
    /// The filter.
    pub rows: &'static [(Join, &'static str, Criterion, &'static str)],
    /// The same as SQL conditions, in the order of the readings; one where they don't differ or only ours counts all.
    pub sql: &'static [&'static str],
}

impl Question {
    /// The filter as the table takes it.
    pub fn filters(&self) -> Vec<Filter> {
        let filter = |(join, field, criterion, value): &(Join, &str, Criterion, &str)| Filter {
            join: *join,
            field: (*field).to_owned(),
            criterion: *criterion,
            value: (*value).to_owned(),
        };
        self.rows.iter().map(filter).collect()
    }

    /// The variables it reads.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.rows.iter().map(|(_, field, _, _)| *field)
    }
}

/// All questions. Dates are compared as text in SQL, which is right for these contacts and costs the least.
pub const QUESTIONS: [Question; 10] = [
    Question {
        name: "equality",
        rows: &[(And, "favorite_color", Equals, "red")],
        sql: &["lower(favorite_color) = 'red'"],
    },
    Question {
        name: "equality on unique",
        rows: &[(And, "user_id", Equals, "390000791900")],
        sql: &["user_id = '390000791900'"],
    },
    Question {
        name: "prefix",
        rows: &[(And, "city", StartsWith, "city 2")],
        sql: &["lower(city) LIKE 'city 2%'"],
    },
    Question {
        name: "negated contains on few",
        rows: &[(And, "favorite_color", DoesNotContain, "e")],
        sql: &["favorite_color IS NULL OR lower(favorite_color) NOT LIKE '%e%'"],
    },
    Question {
        name: "negated contains on unique",
        rows: &[(And, "user_id", DoesNotContain, "77")],
        sql: &["user_id NOT LIKE '%77%'"],
    },
    Question {
        name: "number",
        rows: &[(And, "amount", GreaterThan, "1000")],
        sql: &["CAST(amount AS DOUBLE) > 1000"],
    },
    Question {
        name: "date",
        rows: &[(And, "last_order", LesserThan, "2023-06-30")],
        sql: &["last_order < '2023-06-30'"],
    },
    Question {
        name: "length",
        rows: &[(And, "first_name", IsLongerThan, "7")],
        sql: &["length(first_name) > 7"],
    },
    Question {
        name: "three ORed rows",
        rows: &[
            (And, "favorite_color", Equals, "blue"),
            (Or, "city", StartsWith, "City 1"),
            (Or, "locale", Equals, "it"),
        ],
        sql: &[
            "lower(favorite_color) = 'blue' OR lower(city) LIKE 'city 1%' OR lower(locale) = 'it'",
        ],
    },
    Question {
        name: "five mixed, all readings",
        rows: &[
            (And, "favorite_color", Equals, "red"),
            (Or, "city", Contains, "99"),
            (And, "locale", Different, "IT"),
            (And, "amount", HasValue, ""),
            (And, "user_id", DoesNotContain, "77"),
        ],
        sql: &[
            "(lower(favorite_color) = 'red' OR city LIKE '%99%') AND lower(locale) <> 'it' AND amount <> '' AND user_id NOT LIKE '%77%'",
            "(favorite_color = 'red' OR city LIKE '%99%') AND locale <> 'IT' AND amount <> '' AND user_id NOT LIKE '%77%'",
            "lower(favorite_color) = 'red' OR (city LIKE '%99%' AND lower(locale) <> 'it' AND amount <> '' AND user_id NOT LIKE '%77%')",
            "favorite_color = 'red' OR (city LIKE '%99%' AND locale <> 'IT' AND amount <> '' AND user_id NOT LIKE '%77%')",
        ],
    },
];
