//! Journeys through a real pseudo-terminal, matched on the rows of a terminal emulator.
