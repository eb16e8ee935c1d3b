#!/usr/bin/env python3
"""Puts the questions of `cargo bench --bench audience` to DuckDB and Polars, in the same run, and prints all side by side.

    pip install duckdb "polars>=2"
    benches/compare.py [CONTACTS ...]        (1000000 without)

Everybody gets the same contacts, as columns of text, and two threads. DuckDB and Polars hold them in memory; a time is
the middle one of several: a count under each reading that differs, and the first fifty contacts.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

THREADS = "2"
os.environ["POLARS_MAX_THREADS"] = THREADS

import duckdb  # noqa: E402
import polars  # noqa: E402
from polars import col  # noqa: E402

LEFT_TO_RIGHT = (lambda a, b, c, d, e: (a | b) & c & d & e)
AND_BEFORE_OR = (lambda a, b, c, d, e: a | (b & c & d & e))


def mixed():
    """The conditions of the five mixed rows, in the order of the readings."""
    ignore = (col("favorite_color").str.to_lowercase() == "red", col("locale").str.to_lowercase() != "it")
    exact = (col("favorite_color") == "red", col("locale") != "IT")
    rest = (col("amount") != "", ~col("user_id").str.contains("77", literal=True))
    city = col("city").str.contains("99", literal=True)
    return [
        join(color, city, locale, *rest)
        for join in (LEFT_TO_RIGHT, AND_BEFORE_OR)
        for color, locale in (ignore, exact)
    ]


def lower(name):
    return col(name).str.to_lowercase()


POLARS = {
    "equality": [lower("favorite_color") == "red"],
    "equality on unique": [col("user_id") == "390000791900"],
    "prefix": [lower("city").str.starts_with("city 2")],
    "negated contains on few": [
        ~lower("favorite_color").str.contains("e", literal=True) | col("favorite_color").is_null()
    ],
    "negated contains on unique": [~col("user_id").str.contains("77", literal=True)],
    "number": [col("amount").cast(polars.Float64, strict=False) > 1000],
    "date": [col("last_order") < "2023-06-30"],
    "length": [col("first_name").str.len_chars() > 7],
    "three ORed rows": [
        (lower("favorite_color") == "blue") | lower("city").str.starts_with("city 1") | (lower("locale") == "it")
    ],
    "five mixed, all readings": mixed(),
}


def median(act, expected, name):
    """Milliseconds; the counts must be those that were expected."""
    samples = []
    begun = time.perf_counter()
    while len(samples) < 3 or (len(samples) < 15 and time.perf_counter() - begun < 3):
        start = time.perf_counter()
        counts = act()
        samples.append((time.perf_counter() - start) * 1000)
        assert counts == expected[: len(counts)], (name, counts, expected)
    return statistics.median(samples)


def load_duckdb(file):
    connection = duckdb.connect()
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(
        "CREATE TABLE contacts AS SELECT * FROM read_csv(?, all_varchar = true, header = true, nullstr = '\\N')",
        [str(file)],
    )
    return connection


def ask_duckdb(connection, conditions):
    if len(conditions) == 1:
        counting = f"SELECT count(*) FROM contacts WHERE {conditions[0]}"
    else:
        counts = (f"count(*) FILTER (WHERE {condition})" for condition in conditions)
        counting = f"SELECT {', '.join(counts)} FROM contacts"
    counts = list(connection.execute(counting).fetchone())
    connection.execute(f"SELECT * FROM contacts WHERE {conditions[0]} LIMIT 50").fetchall()
    return counts


def load_polars(file):
    return polars.read_csv(file, infer_schema=False, null_values="\\N", empty_string_is_null=False)


def ask_polars(frame, conditions):
    counts = frame.lazy().select(condition.sum().alias(str(number)) for number, condition in enumerate(conditions))
    counts = list(counts.collect().row(0))
    frame.lazy().filter(conditions[0]).head(50).collect().rows()
    return counts


def compare(folder, contacts):
    figures = json.loads((folder / f"figures-{contacts}.json").read_text())
    file = folder / f"contacts-{contacts}.csv"
    connection, frame = load_duckdb(file), load_polars(file)
    print(f"\n{contacts} contacts, milliseconds; DuckDB {duckdb.__version__}, Polars {polars.__version__}")
    print(f"  {'':<28}{'ours':>10}{'DuckDB':>10}{'Polars':>10}{'SQLite':>10}{'DuckDB/ours':>13}{'Polars/ours':>13}")
    for question in figures["questions"]:
        name, counts, ours = question["name"], question["counts"], question["ours"]
        of_duckdb = median(lambda: ask_duckdb(connection, question["sql"]), counts, name)
        of_polars = median(lambda: ask_polars(frame, POLARS[name]), counts, name)
        print(
            f"  {name:<28}{ours:>10.3f}{of_duckdb:>10.2f}{of_polars:>10.2f}{question['sqlite']:>10.2f}"
            f"{of_duckdb / ours:>13.1f}{of_polars / ours:>13.1f}"
        )


def main():
    sizes = [int(size) for size in sys.argv[1:]] or [1_000_000]
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            command = ["cargo", "bench", "--bench", "audience", "--", str(size)]
            subprocess.run(command, check=True, env={**os.environ, "AUDIENCE_BENCH_DIR": folder})
            compare(Path(folder), size)


if __name__ == "__main__":
    main()
