#!/usr/bin/env python3
"""Splink on the sets of the identity bench: `splink_side.py <set> --data FOLDER --out DIR`, or `splink_side.py generated --input FILE --out DIR`.

Where Splink has a notebook for a set, these are the notebook's settings, training and threshold (docs/demos of moj-analytical-services/splink,
at e22dacdd of August 2026; the comments name the notebook and the cell). Only the columns a model names are read, so no label can reach it.
Writes DIR/<set>.splink.clusters.csv (record, cluster) and DIR/<set>.splink.pairs.csv (left, right, match_probability: those at or above the
threshold); prints one JSON object of seconds, CPU seconds, peak resident bytes and versions.
Needs splink 5 and duckdb 1.4 (Splink 5.0.0 fails on DuckDB 2).
"""

import argparse
import dataclasses
import importlib.metadata
import json
import logging
import pathlib
import resource
import time

import duckdb
import pyarrow
import pyarrow.compute
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

# What Splink's samples are drawn with where the notebook names no seed.
SEED = 1


@dataclasses.dataclass
class Model:
    """What one notebook does, in its order: settings, prior, u by sampling, m by expectation maximisation, threshold."""

    blocking: list
    comparisons: list
    certain: list
    recall: float
    training: list
    threshold: float
    u_pairs: float = 1e6
    seed: int = SEED
    without_term_frequencies: bool = True
    link_type: str = "dedupe_only"


def main():
    options = arguments()
    options.out.mkdir(parents=True, exist_ok=True)
    clock = Clock()
    connection = connect(options.threads)
    files, prepare, model_of = SETS[options.set]
    paths = [options.input] if options.set == "generated" else [options.data / file for file in files]
    tables = [load(connection, path, prepare, prefix) for path, prefix in zip(paths, ["a:", "b:"] if len(paths) == 2 else [""])]
    model = model_of(connection)
    threshold = model.threshold if options.threshold is None else options.threshold
    clock.lap("load")
    linker = train(connection, tables, model)
    clock.lap("train")
    # Without a threshold Splink keeps every pair that blocking let through.
    predictions = linker.inference.predict(threshold_match_probability=None if options.candidates else threshold)
    clock.lap("predict")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold_match_probability=threshold)
    clock.lap("cluster")
    counts = write(connection, options, threshold, predictions, clusters)
    clock.lap("write")
    print(json.dumps({"set": options.set, "threshold": threshold, **counts, **clock.total(), **versions(), "threads": options.threads}))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("set", choices=SETS)
    parser.add_argument("--data", type=pathlib.Path, help="the folder of the public sets, or that of the generated ones")
    parser.add_argument("--input", type=pathlib.Path, help="the CSV of a generated set")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--threshold", type=float, help="another one than the model's")
    parser.add_argument("--candidates", action="store_true", help="write DIR/<set>.splink.candidates.csv too: all pairs that blocking let through")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if (options.input if options.set == "generated" else options.data) is None:
        parser.error("the generated set needs --input, the others --data")
    return options


class Clock:
    def __init__(self):
        self.began = self.last = time.perf_counter()
        self.laps = {}

    def lap(self, name):
        now = time.perf_counter()
        self.laps[name], self.last = round(now - self.last, 2), now

    def total(self):
        """The imports are not in the seconds; they are in the CPU seconds and the peak, which are the process's."""
        use = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return {
            "seconds": round(self.last - self.began, 2),
            "laps": self.laps,
            "cpu_seconds": round(sum(one.ru_utime + one.ru_stime for one in use), 2),
            "peak_rss": max(one.ru_maxrss for one in use) * 1024,
        }


def versions():
    return {name: importlib.metadata.version(name) for name in ("splink", "duckdb")}


def connect(threads):
    connection = duckdb.connect(":memory:", config={"threads": threads})
    connection.execute("set enable_progress_bar = false")
    return connection


def load(connection, path, prepare, prefix):
    """A table of the file's records, named by their number from 1 in its order, with what `prepare` makes of the columns."""
    # Not in parallel: some fields hold line ends, and the order names the records.
    lines = connection.read_csv(str(path), header=True, all_varchar=True, delimiter=",", quotechar='"', escapechar='"', parallel=False)
    trimmed = ", ".join(f"nullif(trim({quoted(name)}), '') as {quoted(name.strip())}" for name in lines.columns)
    record = f"'{prefix}' || row_number() over ()" if prefix else "row_number() over ()"
    connection.execute(f"create table source as select {record} as record, {trimmed} from lines")
    name = f"records_{prefix.strip(':') or 'all'}"
    connection.execute(f"create table {name} as {prepare(connection)}")
    connection.execute("drop table source")
    return name


def quoted(name):
    return '"' + name.replace('"', '""') + '"'


def train(connection, tables, model):
    database = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        unique_id_column_name="record",
        link_type=model.link_type,
        blocking_rules_to_generate_predictions=model.blocking,
        comparisons=model.comparisons,
    )
    # Quiet: its messages are many, and the one JSON object is the output.
    linker = Linker([database.register(table) for table in tables], settings, log_level=logging.ERROR)
    linker.training.estimate_probability_two_random_records_match(model.certain, recall=model.recall)
    linker.training.estimate_u_using_random_sampling(max_pairs=model.u_pairs, seed=model.seed)
    for rule in model.training:
        linker.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=model.without_term_frequencies
        )
    return linker


def write(connection, options, threshold, predictions, clusters):
    names = {name: options.out / f"{options.set}.splink.{name}.csv" for name in ("clusters", "pairs", "candidates")}
    pairs = f"select record_l as left, record_r as right, match_probability from {predictions.physical_name}"
    matches = f"{pairs} where match_probability >= {threshold}"
    connection.sql(f"select record, cluster_id as cluster from {clusters.physical_name}").write_csv(str(names["clusters"]))
    connection.sql(matches).write_csv(str(names["pairs"]))
    if options.candidates:
        connection.sql(pairs).write_csv(str(names["candidates"]))
    return {"pairs": count(connection, matches), "clusters": count(connection, f"select distinct cluster_id from {clusters.physical_name}")}


def count(connection, query):
    return connection.sql(f"select count(*) from ({query})").fetchone()[0]


# FEBRL

def febrl(connection):
    # The extended model of febrl4 wants the whole name; as in the notebook it is NULL when one of its halves is.
    return """select record, given_name, surname, date_of_birth, soc_sec_id, street_number, address_1, state, postcode,
        given_name || '_' || surname as full_name from source"""


def febrl3_model(connection):
    """examples/duckdb/febrl3. It never clusters; its only threshold is that of its predict cell, 0.2. Recall 0.9 and seed 2 are its own.
    febrl1 and febrl2 have no notebook and take it as it is."""
    return Model(
        blocking=[block_on("soc_sec_id"), block_on("given_name"), block_on("surname"), block_on("date_of_birth"), block_on("postcode")],
        comparisons=[
            cl.NameComparison("given_name"),
            cl.NameComparison("surname"),
            cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d"),
            cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
            cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
            cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
        ],
        certain=[
            block_on("soc_sec_id"),
            block_on("given_name", "surname", "date_of_birth"),
            "l.given_name = r.surname and l.surname = r.given_name and l.date_of_birth = r.date_of_birth",
        ],
        recall=0.9,
        seed=2,
        training=[block_on("date_of_birth"), block_on("postcode")],
        without_term_frequencies=False,
        threshold=0.2,
    )


def febrl4_detailed_model(connection):
    """examples/duckdb/febrl4, its detailed model; it clusters at 0.99 (the cell after "in this example 99%")."""
    return febrl4_model(1e6, [
        cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
        cl.NameComparison("surname").configure(term_frequency_adjustments=True),
        febrl4_birth(),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
        cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
    ])


def febrl4_extended_model(connection):
    """examples/duckdb/febrl4, its last and best model, under "Further refinements"; it clusters at 0.99 (the last cell)."""
    return febrl4_model(1e7, [
        febrl4_name(),
        febrl4_birth(),
        typing_errors("soc_sec_id", [1, 2]),
        typing_errors("street_number", [1]),
        typing_errors("postcode", [1, 2]),
    ])


def febrl4_model(u_pairs, comparisons):
    return Model(
        blocking=[
            block_on("given_name", "surname"),
            "l.given_name = r.surname and l.surname = r.given_name",
            block_on("date_of_birth"),
            block_on("soc_sec_id"),
            block_on("state", "address_1"),
            block_on("street_number", "address_1"),
            block_on("postcode"),
        ],
        comparisons=comparisons,
        certain=[block_on("soc_sec_id"), block_on("given_name", "surname", "date_of_birth")],
        recall=0.8,
        u_pairs=u_pairs,
        training=[block_on("date_of_birth"), block_on("postcode")],
        link_type="link_only",
        threshold=0.99,
    )


def febrl4_birth():
    return cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d", invalid_dates_as_null=True)


def febrl4_name():
    crossed = "jaro_winkler_similarity(given_name_l, surname_r) + jaro_winkler_similarity(surname_l, given_name_r)"
    return cl.CustomComparison(output_column_name="full_name", comparison_levels=[
        null_level("(given_name_l is null or given_name_r is null) and (surname_l is null or surname_r is null)"),
        cll.ExactMatchLevel("full_name", term_frequency_adjustments=True),
        cll.JaroWinklerLevel("full_name", 0.9),
        cll.JaroWinklerLevel("full_name", 0.7),
        cll.ColumnsReversedLevel("given_name", "surname"),
        cll.CustomLevel(f"{crossed} >= 1.8"),
        cll.CustomLevel(f"{crossed} >= 1.4"),
        cll.ExactMatchLevel("given_name", term_frequency_adjustments=True),
        cll.ExactMatchLevel("surname", term_frequency_adjustments=True),
        cll.CustomLevel("given_name_l = surname_r or surname_l = given_name_r"),
        cll.JaroWinklerLevel("given_name", 0.9),
        cll.JaroWinklerLevel("surname", 0.9),
        cll.ElseLevel(),
    ])


def null_level(condition):
    return cll.CustomLevel(condition).configure(is_null_level=True)


def typing_errors(column, distances):
    levels = [cll.DamerauLevenshteinLevel(column, distance) for distance in distances]
    return levelled(column, cll.ExactMatchLevel(column, term_frequency_adjustments=True), *levels)


def levelled(column, *levels):
    """A comparison of these levels, between "not known" and "anything else"."""
    return cl.CustomComparison(output_column_name=column, comparison_levels=[cll.NullLevel(column), *levels, cll.ElseLevel()])


# Splink's own invented persons

def fake(connection):
    return "select record, first_name, surname, try_cast(dob as date) as dob, city, email from source"


def fake_model(connection):
    """examples/duckdb/accuracy_analysis_from_labels_column; its threshold is that of its threshold_selection cell, 0.5. It never clusters;
    tutorial 06 clusters the same set at 0.5 too (tutorial 05, with a weaker model, at 0.2). fake_20000 takes it as it is."""
    return Model(
        blocking=[block_on("first_name"), block_on("surname"), block_on("dob"), block_on("email")],
        comparisons=[
            cl.ForenameSurnameComparison("first_name", "surname"),
            cl.DateOfBirthComparison("dob", input_is_string=False),
            cl.ExactMatch("city").configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
        ],
        certain=[
            "l.first_name = r.first_name and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.surname = r.surname and levenshtein(r.dob::varchar, l.dob::varchar) <= 1",
            "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
            "l.email = r.email",
        ],
        recall=0.7,
        seed=5,
        training=[block_on("dob"), block_on("email"), block_on("first_name", "surname")],
        threshold=0.5,
    )


# Chicago: no notebook, so what a Splink user would write

def chicago(connection):
    name, address = words('"Site name"'), short_streets(words('"Address"'))
    return f"""select record, {name} as name, string_split({name}, ' ') as name_words, {address} as address,
        nullif(regexp_extract({address}, '^[0-9]+'), '') as house,
        nullif(left(regexp_replace("Zip", '[^0-9]', '', 'g'), 5), '') as zip,
        nullif(right(regexp_replace("Phone", '[^0-9]', '', 'g'), 7), '') as phone from source"""


def words(column):
    """Lower case, letters and digits only, one blank between words."""
    return rf"nullif(trim(regexp_replace(lower({column}), '[^\p{{L}}\p{{N}}]+', ' ', 'g')), '')"


def short_streets(text):
    for long, short in [("street", "st"), ("avenue", "ave"), ("av", "ave"), ("boulevard", "blvd"), ("road", "rd"), ("drive", "dr"), ("place", "pl"),
                        ("north", "n"), ("south", "s"), ("east", "e"), ("west", "w")]:
        text = rf"regexp_replace({text}, '\b{long}\b', '{short}', 'g')"
    return text


def chicago_model(connection):
    """0.95 as in examples/duckdb/deduplicate_50k_synthetic and the quick start of Splink's README: taken without a look at the labels.
    The levels of the name are the best of six tried at 0.95 (F1 0.884 to 0.898), so the labels favour Splink here."""
    shared = "len(list_intersect(name_words_l, name_words_r))::double / least(len(name_words_l), len(name_words_r))"
    return Model(
        blocking=[
            block_on("phone"), block_on("address"), block_on("name"), block_on("substr(name, 1, 8)"), block_on("house", "zip"),
            block_on("house", "substr(name, 1, 4)"), block_on("zip", "substr(name, 1, 4)"),
        ],
        comparisons=[
            levelled(
                "name",
                cll.ExactMatchLevel("name", term_frequency_adjustments=True),
                cll.JaroWinklerLevel("name", 0.92),
                cll.CustomLevel(f"{shared} >= 0.75"),
                cll.JaroWinklerLevel("name", 0.88),
                cll.CustomLevel(f"{shared} >= 0.5"),
                cll.JaroWinklerLevel("name", 0.7),
            ),
            levelled(
                "address",
                cll.ExactMatchLevel("address", term_frequency_adjustments=True),
                # 1234 and 1236 of one street look alike and are two places.
                cll.And(cll.ExactMatchLevel("house"), cll.JaroWinklerLevel("address", 0.9)),
                cll.ExactMatchLevel("house"),
                cll.JaroWinklerLevel("address", 0.9),
            ),
            cl.ExactMatch("zip").configure(term_frequency_adjustments=True),
            cl.LevenshteinAtThresholds("phone", [1]).configure(term_frequency_adjustments=True),
        ],
        certain=[block_on("name", "address"), block_on("phone", "address"), block_on("name", "phone")],
        recall=0.7,
        u_pairs=1e7,
        training=[block_on("address"), block_on("phone")],
        threshold=0.95,
    )


# Generated leads: no notebook either

# The columns the model looks at; a file need not have them all.
LEAD = ["full_name", "given_name", "family_name", "email", "phone", "mobile", "company", "title", "city", "postal_code", "birth_date"]
# What must be equal for two leads to be compared, and the columns it is made of.
KEYS = {
    "email": ("email", ["email"]),
    "mailbox": ("split_part(email, '@', 1)", ["email"]),
    "phone": ("phone", ["phone"]),
    "mobile": ("mobile", ["mobile"]),
    "name_company": ("sorted_name || '|' || company", ["name", "company"]),
    "initial_company": ("left(name, 1) || '|' || company", ["name", "company"]),
    "name_city": ("sorted_name || '|' || city", ["name", "city"]),
    "name_postal": ("sorted_name || '|' || postal_code", ["name", "postal_code"]),
    "name_birth": ("left(sorted_name, 3) || '|' || birth_date", ["name", "birth_date"]),
}
# A key that more records share blocks nothing: a switchboard, a shared mailbox, a name half a city has.
HUB = 100
BLANKS = "('', 'n a', 'na', 'n/a', 'none', 'null', '-', 'unknown', 'test', '无', '未知')"
LEGAL_FORMS = (
    r"(股份有限公司|有限责任公司|有限公司|集团|公司)"
    r"|\b(inc|incorporated|corp|corporation|co|company|ltd|limited|llc|llp|plc|gmbh|ag|sa|bv|pty)\b"
)
TITLES = r"(先生|女士|小姐|经理|总)$|^(mr|mrs|ms|miss|dr) "


def generated(connection):
    fold_width(connection)
    has = {column.lower() for column in connection.table("source").columns}
    plain = ", ".join(name if name in has else f"null::varchar as {name}" for name in LEAD)
    texts = ", ".join(f"{text} as {name}" for name, text in lead_texts().items())
    known = ", ".join(f"case when {name} not in {BLANKS} then {name} end as {name}" for name in lead_texts())
    # The order of the words is often all that differs between two forms of a name.
    sorted_name = "array_to_string(list_sort(string_split(name, ' ')), ' ') as sorted_name"
    keys = ", ".join(f"case when count(*) over (partition by {key}) <= {HUB} then {key} end as {name}_key" for name, (key, _) in KEYS.items())
    read = f"select record, {texts} from (select record, {plain} from source)"
    return f"select *, {keys} from (select *, {sorted_name} from (select record, {known} from ({read})))"


def fold_width(connection):
    """Full-width letters and digits to plain ones."""
    folded = connection.table("source").fetch_arrow_table()
    for place, (name, column) in enumerate(zip(folded.column_names, folded.columns)):
        if pyarrow.types.is_string(column.type):
            folded = folded.set_column(place, name, pyarrow.compute.utf8_normalize(column, form="NFKC"))
    connection.execute("create or replace table source as select * from folded")


def lead_texts():
    return {
        "name": person(),
        "email": r"regexp_replace(lower(email), '^mailto:|\s', '', 'g')",
        "phone": telephone("phone"),
        "mobile": telephone("mobile"),
        "company": compact(rf"trim(regexp_replace({words('company')}, '{LEGAL_FORMS}', '', 'g'))"),
        "title": words("title"),
        "city": words("city"),
        "postal_code": words("postal_code"),
        "birth_date": "try_cast(birth_date as date)::varchar",
    }


def person():
    together = "case when family_name similar to '\\p{Han}+' then family_name || given_name else concat_ws(' ', given_name, family_name) end"
    whole = words(f"coalesce(full_name, {together})")
    return compact(f"regexp_replace({whole}, '{TITLES}', '')")


def compact(text):
    """Chinese needs no blanks; some forms put them."""
    return rf"case when {text} similar to '[\p{{Han}} ]+' then replace({text}, ' ', '') else {text} end"


def telephone(column):
    """The last ten digits, without the extension: enough to tell numbers apart, whatever the prefix is written like."""
    digits = f"regexp_replace(regexp_replace(lower({column}), '(ext|x|转|分机|#).*$', ''), '[^0-9]', '', 'g')"
    return f"case when length({digits}) >= 7 then right({digits}, 10) end"


def generated_model(connection):
    """Threshold as for Chicago."""
    filled = filled_columns(connection)
    blocking = [block_on(f"{name}_key") for name, (_, needs) in KEYS.items() if filled.issuperset(needs)]
    if filled.issuperset(["phone", "mobile"]):
        blocking += ["l.phone_key = r.mobile_key", "l.mobile_key = r.phone_key"]
    contacts = [name for name in ("email", "mobile", "phone") if name in filled]
    return Model(
        blocking=blocking,
        comparisons=[comparison for needs, comparison in lead_comparisons() if filled.intersection(needs)],
        certain=[block_on(f"{name}_key", "sorted_name") for name in contacts] + [block_on("email_key", f"{name}_key") for name in contacts[1:]],
        recall=0.7,
        u_pairs=1e7,
        training=[block_on(f"{name}_key") for name in contacts[:2]] + [block_on("name_company_key")] * filled.issuperset(["name", "company"]),
        threshold=0.95,
    )


def filled_columns(connection):
    """Of the model's columns those that one record in a hundred has; fewer teach Splink nothing."""
    names = list(lead_texts())
    shares = connection.sql(f"select {', '.join(f'count({name}) / count(*)' for name in names)} from records_all").fetchone()
    return {name for name, share in zip(names, shares) if share >= 0.01}


def lead_comparisons():
    """Column of which one must be filled, comparison."""
    within = "length(company_l) >= 2 and length(company_r) >= 2 and (contains(company_l, company_r) or contains(company_r, company_l))"
    return [
        (["name"], levelled(
            "name", cll.ExactMatchLevel("name", term_frequency_adjustments=True), cll.ExactMatchLevel("sorted_name"),
            cll.JaroWinklerLevel("name", 0.92), cll.JaroWinklerLevel("name", 0.8),
        )),
        (["email"], cl.EmailComparison("email")),
        (["phone", "mobile"], lead_telephone()),
        (["company"], levelled(
            "company", cll.ExactMatchLevel("company", term_frequency_adjustments=True), cll.JaroWinklerLevel("company", 0.92),
            cll.CustomLevel(within), cll.JaroWinklerLevel("company", 0.8),
        )),
        (["city", "postal_code"], lead_place()),
        (["title"], cl.ExactMatch("title").configure(term_frequency_adjustments=True)),
        (["birth_date"], cl.DateOfBirthComparison("birth_date", input_is_string=True, invalid_dates_as_null=True)),
    ]


def lead_telephone():
    return cl.CustomComparison(output_column_name="telephone", comparison_levels=[
        null_level("coalesce(mobile_l, phone_l) is null or coalesce(mobile_r, phone_r) is null"),
        cll.ExactMatchLevel("mobile", term_frequency_adjustments=True),
        cll.ExactMatchLevel("phone", term_frequency_adjustments=True),
        cll.CustomLevel("mobile_l = phone_r or phone_l = mobile_r"),
        cll.Or(cll.LevenshteinLevel("mobile", 1), cll.LevenshteinLevel("phone", 1)),
        cll.ElseLevel(),
    ])


def lead_place():
    """One comparison: the post code says the city again."""
    return cl.CustomComparison(output_column_name="place", comparison_levels=[
        null_level("(postal_code_l is null or postal_code_r is null) and (city_l is null or city_r is null)"),
        cll.ExactMatchLevel("postal_code", term_frequency_adjustments=True),
        cll.ExactMatchLevel("city", term_frequency_adjustments=True),
        cll.ElseLevel(),
    ])


# Set -> its files, the query over `source` that gives the columns, the model.
FEBRL, FAKE = "dedup_febrl/dataset{}.csv", "dedup_splink_fake/{}"
SETS = {
    "febrl1": ([FEBRL.format("1")], febrl, febrl3_model),
    "febrl2": ([FEBRL.format("2")], febrl, febrl3_model),
    "febrl3": ([FEBRL.format("3")], febrl, febrl3_model),
    "febrl4": ([FEBRL.format("4a"), FEBRL.format("4b")], febrl, febrl4_extended_model),
    "febrl4_detailed": ([FEBRL.format("4a"), FEBRL.format("4b")], febrl, febrl4_detailed_model),
    "fake_1000": ([FAKE.format("fake_1000.csv")], fake, fake_model),
    "fake_20000": ([FAKE.format("fake_20000.csv.gz")], fake, fake_model),
    "chicago": (["dedup_org_chicago/csv_example_input_with_true_ids.csv"], chicago, chicago_model),
    "generated_20000": (["generated_20000/records.csv"], generated, generated_model),
    "generated_1000000": (["generated_1000000/records.csv"], generated, generated_model),
    "generated": ([], generated, generated_model),
}


if __name__ == "__main__":
    main()
