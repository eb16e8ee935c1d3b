//! What changed since the launch before, in lines: for the review, and for a launch on the record.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::domain::diff::{Change, ContactChanges};
use crate::domain::record::ContactId;
use crate::domain::since::Since;
use crate::domain::text::{counted, grouped, shown};
use crate::ui::shared::Shared;
use crate::ui::theme::Theme;
use crate::ui::widgets::relative::ago;
use crate::ui::widgets::table::cut;
use crate::ui::widgets::words::{LABEL, fact, wrap};

/// Columns of a change that are told at most: the body has the rest.
const CHANGE: usize = 240;

/// Contacts that are named at most.
const NAMED: usize = 5;

/// Its lines: against which launch, which contacts, and what of the plan; at most `most` changes one by one.
pub fn lines(since: &Since, most: usize, width: usize, shared: &Shared<'_>) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let Some(before) = &since.before else {
        let text = "no launch before: this is the first of this broadcast from here";
        return fact("Since", text, theme.dim, width, theme);
    };
    let when = format!(
        "the launch before, {} ({})",
        ago(before.started_at, shared.now),
        before.words()
    );
    if since.is_none() {
        let kept = since.contacts.as_ref().map_or(0, |contacts| contacts.kept);
        let text = format!(
            "{when}: nothing changed, the same {}",
            counted(kept, "contact")
        );
        return fact("Since", &text, theme.text, width, theme);
    }
    let mut lines = fact("Since", &when, theme.dim, width, theme);
    lines.push(contacts_line(since.contacts.as_ref(), theme));
    match &since.changes {
        None => lines.extend(fact(
            "",
            "what was launched then can't be read any more",
            theme.warning,
            width,
            theme,
        )),
        Some(changes) if changes.is_empty() => {
            lines.extend(fact("", "the same plan", theme.text, width, theme));
        }
        Some(changes) => {
            for change in changes.iter().take(most) {
                lines.extend(change_lines(change, width, theme));
            }
            if changes.len() > most {
                let more = format!(
                    "and {}",
                    counted((changes.len() - most) as u64, "more change")
                );
                lines.extend(fact("", &more, theme.dim, width, theme));
            }
        }
    }
    lines
}

/// The first contacts that came and went.
pub fn samples(since: &Since, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let Some(contacts) = since.contacts.as_ref().filter(|_| since.before.is_some()) else {
        return Vec::new();
    };
    let mut lines = Vec::new();
    let listed = [
        ("+", &contacts.added_sample, contacts.added, theme.ok),
        ("-", &contacts.gone_sample, contacts.gone, theme.warning),
    ];
    for (sign, sample, all, style) in listed {
        if sample.is_empty() {
            continue;
        }
        let named: Vec<String> = sample.iter().take(NAMED).map(named).collect();
        let more = all.saturating_sub(named.len() as u64);
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {} more", grouped(more))
        };
        let text = format!("{sign} {}{more}", named.join(", "));
        lines.extend(fact("", &text, style, width, theme));
    }
    lines
}

fn named(contact: &ContactId) -> String {
    cut(&shown(&contact.user_id), 40)
}

fn change_lines(change: &Change, width: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (sign, style) = match change.sign() {
        '+' => ("+ ", theme.ok),
        '-' => ("- ", theme.warning),
        _ => ("~ ", theme.text),
    };
    let text = cut(&change.to_string(), CHANGE);
    let texts = wrap(&text, width.saturating_sub(LABEL + 2)).into_iter();
    texts
        .enumerate()
        .map(|(index, text)| {
            let sign = if index == 0 { sign } else { "  " };
            Line::from(vec![
                Span::raw(" ".repeat(LABEL)),
                Span::styled(format!("{sign}{text}"), style),
            ])
        })
        .collect()
}

/// `+ 173 contacts   - 12 contacts   4,800 as before`.
fn contacts_line(contacts: Option<&ContactChanges>, theme: &Theme) -> Line<'static> {
    let mut spans = vec![Span::raw(" ".repeat(LABEL))];
    let mut push = |text: String, style: Style| spans.push(Span::styled(text, style));
    match contacts {
        None => push("whom it reaches is not known of both".to_owned(), theme.dim),
        Some(contacts) if contacts.is_none() => {
            let kept = counted(contacts.kept, "contact");
            push(format!("the same {kept}"), theme.text);
        }
        Some(contacts) => {
            if contacts.added > 0 {
                let added = counted(contacts.added, "contact");
                push(format!("+ {added}   "), theme.ok);
            }
            if contacts.gone > 0 {
                let gone = counted(contacts.gone, "contact");
                push(format!("- {gone}   "), theme.warning);
            }
            push(format!("{} as before", grouped(contacts.kept)), theme.dim);
        }
    }
    Line::from(spans)
}
