//! The selected broadcast in short: hook, settings, audience, last launches.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::domain::due::{in_zone, moment};
use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::domain::text::{counted, grouped, shown, size};
use crate::ui::overlays::waiting::state;
use crate::ui::shared::Shared;
use crate::ui::widgets::outcome;
use crate::ui::widgets::pane::Pane;
use crate::ui::widgets::relative::ago;

/// Draws it.
pub fn view(frame: &mut Frame<'_>, area: Rect, shared: &Shared<'_>, broadcast: &Broadcast) {
    let theme = shared.theme;
    let id = Span::styled(format!("id {}", shown(&broadcast.id)), theme.dim);
    let inner = Pane::new(shown(&broadcast.name))
        .right(id)
        .draw(frame, area, theme);
    let mut lines = vec![
        labelled("Hook", hook(broadcast), shared),
        labelled("Settings", settings(broadcast), shared),
        labelled("Audience", audience(broadcast, shared), shared),
        Line::default(),
    ];
    if let Some(text) = waiting(broadcast, shared) {
        lines.insert(3, labelled("Waiting", text, shared));
    }
    let used = lines.len();
    lines.extend(launches(
        broadcast,
        shared,
        usize::from(inner.height).saturating_sub(used),
    ));
    frame.render_widget(Paragraph::new(lines), inner);
}

fn labelled(label: &str, text: String, shared: &Shared<'_>) -> Line<'static> {
    Line::from(vec![
        Span::styled(format!("{label:<12}"), shared.theme.dim),
        Span::styled(text, shared.theme.text),
    ])
}

fn hook(broadcast: &Broadcast) -> String {
    match (&broadcast.hook, &broadcast.hook_error) {
        (Some(hook), _) => hook.masked(),
        (None, Some(error)) => format!("can't be used: {}", shown(error)),
        (None, None) => "none: this broadcast is not On Demand".to_owned(),
    }
}

fn settings(broadcast: &Broadcast) -> String {
    let short = |setting| match setting {
        Setting::DirectMode => "direct mode",
        Setting::AllowGet => "GET",
        Setting::AllowPost => "POST",
        Setting::RequireValidFilter => "valid filter required",
        Setting::SingleContact => "single contact",
        Setting::DisableExecutionButton => "no execution button",
        Setting::VisibleToMobile => "visible to mobile operators",
        Setting::LegacyMode => "legacy mode",
    };
    let on: Vec<&str> = broadcast
        .settings
        .iter()
        .filter(|(_, on)| *on == Some(true))
        .map(|(setting, _)| short(setting))
        .collect();
    let unknown = broadcast
        .settings
        .iter()
        .filter(|(_, on)| on.is_none())
        .count();
    let mut text = if on.is_empty() {
        "none recorded as on".to_owned()
    } else {
        on.join(" · ")
    };
    if unknown > 0 {
        text = format!("{text} · {unknown} not recorded");
    }
    text
}

fn audience(broadcast: &Broadcast, shared: &Shared<'_>) -> String {
    let contacts = shared.bot(&broadcast.bot_key).map_or(0, |row| row.contacts);
    let name = broadcast
        .audience
        .as_ref()
        .map_or("not known here", |audience| &audience.name);
    format!(
        "{} · {} in the cache",
        shown(name),
        counted(contacts, "contact")
    )
}

/// What waits for its time, or was missed or refused.
fn waiting(broadcast: &Broadcast, shared: &Shared<'_>) -> Option<String> {
    let all = shared.waiting_for(broadcast);
    let words = all.iter().map(|waiting| {
        let due = moment(&in_zone(waiting.due_at, &waiting.zone));
        let (state, _) = state(waiting, shared.now, shared.theme);
        let state = if waiting.is_waiting() {
            format!("in {state}")
        } else {
            state
        };
        format!("{due}, {state}")
    });
    let words: Vec<String> = words.collect();
    (!words.is_empty()).then(|| words.join(" · "))
}

fn launches(broadcast: &Broadcast, shared: &Shared<'_>, most: usize) -> Vec<Line<'static>> {
    let theme = shared.theme;
    let launches =
        shared.data.launches.iter().filter(|launch| {
            launch.broadcast.id == broadcast.id && launch.bot.id == broadcast.bot_key
        });
    let mut lines: Vec<Line<'static>> = launches
        .take(most)
        .enumerate()
        .map(|(index, launch)| {
            let (mark, style) = outcome::mark(launch.outcome, theme);
            let targets = launch.targets.map_or_else(
                || "audience not known".to_owned(),
                |n| format!("{} contacts", grouped(n)),
            );
            let bytes: u64 = launch.calls.iter().map(|call| call.bytes).sum();
            let status = launch
                .calls
                .first()
                .and_then(|call| call.status)
                .map_or_else(String::new, |status| status.to_string());
            Line::from(vec![
                Span::styled(
                    format!("{:<12}", if index == 0 { "Launches" } else { "" }),
                    theme.dim,
                ),
                Span::styled(format!("{mark} "), style),
                Span::styled(
                    format!("{:<14}", ago(launch.started_at, shared.now)),
                    theme.text,
                ),
                Span::styled(
                    format!("{targets:>18}   {:>8}   {status:>3}   ", size(bytes)),
                    theme.text,
                ),
                Span::styled(shown(&launch.operator).into_owned(), theme.dim),
            ])
        })
        .collect();
    if lines.is_empty() {
        lines.push(labelled(
            "Launches",
            "none from this machine yet".to_owned(),
            shared,
        ));
    }
    lines
}
