//! Problems between a plan and the broadcast's state. What nobody recorded is not assumed: nothing is refused for it.

use super::{Code, Problem};
use crate::domain::plan::{FormKind, Method, Plan};
use crate::domain::record::Broadcast;
use crate::domain::settings::Setting;
use crate::domain::settings::Settings;
use crate::domain::text::shown;

/// From where a launch is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// A person at the screen or at the command line: this console is the page whose button the setting hides.
    Console,
    /// The command line with `--as-integration`: the caller is no person at a button.
    Integration,
}

/// Finds what the broadcast's state and recorded settings say against a plan.
pub fn state_problems(plan: &Plan, broadcast: &Broadcast, surface: Surface) -> Vec<Problem> {
    let mut problems = Vec::new();
    let settings = &broadcast.settings;
    let name = shown(&broadcast.name);
    if let Some(error) = &broadcast.hook_error {
        let message = format!(
            "The launch hook of {name} can't be used: {}. Correct it on the platform.",
            shown(error)
        );
        problems.push(Problem::new(Code::NotOnDemand, "/broadcast", message));
    } else if broadcast.hook.is_none() {
        let message =
            format!("{name} has no launch hook: it is not an On Demand broadcast. Choose another.");
        problems.push(Problem::new(Code::NotOnDemand, "/broadcast", message));
    }
    if broadcast.enabled == Some(false) {
        let message = format!("{name} is disabled. Enable it first.");
        problems.push(Problem::new(Code::BroadcastDisabled, "/broadcast", message));
    }
    let verb = match plan.method {
        Method::Get => Setting::AllowGet,
        Method::Post => Setting::AllowPost,
    };
    if settings.is_off(verb) {
        let message = format!(
            "{name} doesn't allow {}. Switch it on in its settings, or take the other verb.",
            plan.method
        );
        problems.push(Problem::new(Code::VerbNotAllowed, "/method", message));
    }
    if settings.is_on(Setting::DisableExecutionButton) && surface == Surface::Console {
        let message = format!(
            "The execution button of {name} is switched off, here too. Switch it on in its settings; an integration says --as-integration."
        );
        problems.push(Problem::new(Code::ExecutionDisabled, "/broadcast", message));
    }
    problems.extend(form_problem(plan.form.kind(), broadcast));
    problems
}

/// Whether a broadcast's recorded settings allow a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormStanding {
    /// Nothing recorded stands against it.
    Allowed,
    /// It may be refused: the setting that decides was never recorded. A sentence.
    NotKnown(&'static str),
    /// The settings don't allow it, and why.
    Refused(&'static str),
}

/// What the recorded settings say of a form, apart from its verb: the one place of these rules.
///
/// Raw JSON only where no valid filter is required `[D]`; `set_conversation` where legacy mode isn't recorded as off
/// `[I]`. What nobody recorded is not assumed.
pub fn form_standing(kind: FormKind, settings: &Settings) -> FormStanding {
    match kind {
        FormKind::Raw => match settings.get(Setting::RequireValidFilter) {
            Some(true) => FormStanding::Refused(
                "This broadcast requires a valid filter, so raw JSON would be refused. Take another form, or change the setting.",
            ),
            Some(false) => FormStanding::Allowed,
            None => FormStanding::NotKnown(
                "Whether this broadcast requires a valid filter is not recorded; if it does, raw JSON is refused.",
            ),
        },
        FormKind::Conversation => match settings.get(Setting::LegacyMode) {
            Some(false) => FormStanding::Refused(
                "This broadcast is not in legacy mode, which set_conversation is for. Take the form targets.",
            ),
            Some(true) => FormStanding::Allowed,
            None => FormStanding::NotKnown(
                "Whether this broadcast is in legacy mode is not recorded; if it isn't, a conversation may be refused.",
            ),
        },
        FormKind::Audience | FormKind::Configured | FormKind::Targets => FormStanding::Allowed,
    }
}

fn form_problem(kind: FormKind, broadcast: &Broadcast) -> Option<Problem> {
    let settings = &broadcast.settings;
    if let FormStanding::Refused(why) = form_standing(kind, settings) {
        return Some(Problem::new(Code::FormNotAllowed, "/form", why));
    }
    let is_free = settings.is_off(Setting::RequireValidFilter);
    (is_free && matches!(kind, FormKind::Raw | FormKind::Audience)).then(|| {
        Problem::new(
            Code::FilterNotRequired,
            "/form",
            "This broadcast doesn't require a valid filter: a mistyped name is not refused and may reach its whole audience. Check every name.",
        )
    })
}
