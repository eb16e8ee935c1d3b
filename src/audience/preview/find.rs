//! The contact that a target names.

use crate::audience::Table;
use crate::domain::plan::Target;
use crate::domain::record::{ContactId, is_phone_channel};

/// What tells the contact of a row from the others.
pub fn id_of(table: &Table, row: u32) -> ContactId {
    let text = |name: &str| table.value(row, name).unwrap_or_default().to_owned();
    ContactId {
        channel: text("bot_channel"),
        user_id: text("user_id"),
    }
}

/// The cached contact that a target names, or the one it would become.
pub fn contact_of(target: &Target, table: &Table) -> Option<ContactId> {
    match row_of(table, target) {
        Some(row) => Some(id_of(table, row)),
        None => target.identity(),
    }
}

/// The row of the contact that a target names: by `user_id`, else by phone number, within its channel where it has one.
/// On `WhatsApp`, SMS and RCS either one stands for the other `[D]`.
pub fn row_of(table: &Table, target: &Target) -> Option<u32> {
    let channel = target.filled("bot_channel");
    let on_phone = channel.is_some_and(is_phone_channel);
    let (id, number) = (target.filled("user_id"), target.filled("user_phone_number"));
    let channel_of = |row: u32| table.value(row, "bot_channel").unwrap_or_default();
    let fits = |row: &u32| channel.is_none_or(|channel| channel_of(*row) == channel);
    let by_id = |user_id| table.rows_of_user_id(user_id).iter().copied();
    if let Some(user_id) = id.or(number.filter(|_| on_phone))
        && let Some(row) = by_id(user_id).find(fits)
    {
        return Some(row);
    }
    let phone = number.or(id.filter(|_| on_phone))?;
    let by_phone = table.rows_of_phone(phone).iter().copied().find(fits);
    by_phone.or_else(|| by_id(phone).find(|row| fits(row) && is_phone_channel(channel_of(*row))))
}
