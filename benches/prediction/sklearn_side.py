#!/usr/bin/env python3
"""scikit-learn's logistic regression on the leads, features and split of a published prediction; prints both sides' AUC, Brier score and ECE.

Twice: on the very levels Sluice learnt from (the same matrix, so that the coefficients can be held against each other), and on the features as the
source has them, words one-hot and numbers standardised, as one would write it first.
"""

import argparse
import pathlib
import subprocess

import duckdb
import numpy
from sklearn.compose import make_column_transformer
from sklearn.feature_extraction import DictVectorizer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import brier_score_loss, roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sluice", required=True, help="the binary")
    parser.add_argument("--pipeline", default="pipelines/x_education.yaml")
    parser.add_argument("--out", type=pathlib.Path, required=True, help="folder for the tables that are compared")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    tables = {name: table(options, name, query) for name, query in QUERIES.items()}
    leads = {lead: (split, reached, chance) for lead, split, reached, chance in rows(tables["leads"])}
    sides = {"sluice": {lead: chance for lead, (_, _, chance) in leads.items()}}
    sides["scikit-learn, the same levels"], worst = same_levels(leads, rows(tables["levels"]), rows(tables["coefficients"]))
    sides["scikit-learn, words and numbers"] = words_and_numbers(leads, rows(tables["signals"]))
    tested = sorted(lead for lead, (split, _, _) in leads.items() if split == "test")
    truth = numpy.array([leads[lead][1] for lead in tested])
    print(f"{len(tested):,} leads that test, {truth.sum():,} at the goal; largest difference of a coefficient {worst:.1e}")
    for name, chances in sides.items():
        chance = numpy.array([chances[lead] for lead in tested])
        auc, brier = roc_auc_score(truth, chance), brier_score_loss(truth, chance)
        print(f"{name:<34} AUC {auc:.6f}  Brier {brier:.6f}  ECE {calibration_error(truth, chance):.6f}")


QUERIES = {
    "leads": "select lead_id, split, is_reached, probability from marts.predictions where split <> 'open'",
    "levels": "select lead_id, feature, level from prediction.levels",
    "coefficients": "select feature, level, coefficient from marts.prediction_coefficients where scope = '(all)'",
    "signals": "select lead_id, feature, value, amount from prediction.signals",
}


def table(options, name, query):
    path = options.out / f"{name}.parquet"
    with path.open("wb") as file:
        subprocess.run([options.sluice, "query", options.pipeline, query, "--format", "parquet", "--limit", "0"], stdout=file, check=True)
    return path


def rows(path):
    return duckdb.sql(f"from '{path}'").fetchall()


def same_levels(leads, levels, coefficients):
    found = {lead: {} for lead in leads}
    for lead, feature, level in levels:
        if lead in found:
            found[lead][f"{feature}\t{level}"] = 1.0
    names = sorted(leads)
    encoder = DictVectorizer()
    matrix = encoder.fit_transform([found[lead] for lead in names])
    taught = numpy.array([leads[lead][0] == "train" for lead in names])
    truth = numpy.array([leads[lead][1] for lead in names])
    model = LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000).fit(matrix[taught], truth[taught])
    ours = {f"{feature}\t{level}": coefficient for feature, level, coefficient in coefficients}
    theirs = dict(zip(encoder.get_feature_names_out(), model.coef_[0]))
    return dict(zip(names, model.predict_proba(matrix)[:, 1])), max(abs(ours[name] - theirs[name]) for name in theirs if name in ours)


def words_and_numbers(leads, signals):
    words = sorted({feature for _, feature, _, amount in signals if amount is None})
    numbers = sorted({feature for _, feature, _, amount in signals if amount is not None})
    columns = {name: place for place, name in enumerate(words + numbers)}
    found = {lead: [None] * len(words) + [numpy.nan] * len(numbers) for lead in leads}
    for lead, feature, value, amount in signals:
        if lead in found:
            found[lead][columns[feature]] = value if amount is None else amount
    names = sorted(leads)
    matrix = numpy.array([["(unknown)" if value is None else value for value in found[lead]] for lead in names], dtype=object)
    taught = numpy.array([leads[lead][0] == "train" for lead in names])
    truth = numpy.array([leads[lead][1] for lead in names])
    prepare = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), [columns[name] for name in words]),
        (make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [columns[name] for name in numbers]),
    )
    model = make_pipeline(prepare, LogisticRegression(C=1.0, tol=1e-10, max_iter=10_000)).fit(matrix[taught], truth[taught])
    return dict(zip(names, model.predict_proba(matrix)[:, 1]))


def calibration_error(truth, chance):
    order = numpy.argsort(chance, kind="stable")
    bins = [order[len(order) * place // 10 : len(order) * (place + 1) // 10] for place in range(10)]
    return sum(len(members) * abs(chance[members].mean() - truth[members].mean()) for members in bins) / len(order)


if __name__ == "__main__":
    main()
