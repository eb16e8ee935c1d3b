//! Names of variables, as the platform forces them.

/// A name as the platform forces it `[D]`, in our reading `[I]`: lower case, `_` for whatever is no letter or digit
/// and where a capital follows a small letter (`firstName`), none at the ends, never two.
pub fn snake_case(name: &str) -> String {
    let mut snake = String::with_capacity(name.len());
    let mut after_small = false;
    for character in name.chars() {
        let word = character.is_alphanumeric();
        let breaks = !word || (character.is_uppercase() && after_small);
        if breaks && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if word {
            snake.extend(character.to_lowercase());
        }
        after_small = character.is_lowercase() || character.is_numeric();
    }
    snake.truncate(snake.trim_end_matches('_').len());
    snake
}
