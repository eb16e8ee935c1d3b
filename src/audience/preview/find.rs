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

/// The row of the contact that a target names, the first where it could be one of several.
pub fn row_of(table: &Table, target: &Target) -> Option<u32> {
    rows_of(table, target).next()
}

/// The rows of the contacts that a target may name: by `user_id`, then by phone number, within its channel where it has
/// one. On `WhatsApp`, SMS and RCS either one stands for the other `[D]`.
pub fn rows_of<'a>(table: &'a Table, target: &'a Target) -> impl Iterator<Item = u32> + 'a {
    let channel = target.filled("bot_channel");
    let on_phone = channel.is_some_and(is_phone_channel);
    let (id, number) = (target.filled("user_id"), target.filled("user_phone_number"));
    let channel_of = move |row: u32| table.value(row, "bot_channel").unwrap_or_default();
    let fits = move |row: &u32| channel.is_none_or(|channel| channel_of(*row) == channel);
    let by_id = move |user_id: &'a str| table.rows_of_user_id(user_id).iter().copied();
    let user_id = id.or(number.filter(|_| on_phone));
    let phone = number.or(id.filter(|_| on_phone));
    let by_phone = move |phone| table.rows_of_phone(phone).iter().copied();
    let named = user_id.into_iter().flat_map(by_id);
    let called = phone.into_iter().flat_map(move |phone| {
        let on_phone = by_id(phone).filter(move |row| is_phone_channel(channel_of(*row)));
        by_phone(phone).chain(on_phone)
    });
    named.chain(called).filter(fits)
}
