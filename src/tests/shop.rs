//! The smallest project that has everything: a source, a staging table, a mart, an example.

use super::{Case, Told};

pub const PIPELINE: &str = "pipelines/shop.yaml";
pub const STAGING: &str = "sql/staging/shop__orders.sql";
pub const DAYS: &str = "sql/marts/days.sql";
pub const CONTRACT: &str = "sql/marts/days.yaml";
pub const ORDERS: &str = "raw/orders.csv";

pub fn shop() -> Case {
    Case::of(&[
        (
            PIPELINE,
            "\
description: Orders of a shop.
time_zone: UTC
params:
  as_of: {type: date, default: 2026-01-31, description: last day that counts}
stores:
  raw: ${SHOP_RAW:-raw}
  work: out/work
  marts: out/marts
sources:
  shop_orders:
    location: orders.csv
    format: csv
    columns:
      order_id: {type: text}
      buyer: {type: text}
      amount: {type: \"decimal(18,4)\"}
      weight_kg: {type: double?}
      ordered_at: {type: timestamp}
publish: [marts.*]
",
        ),
        ("sql/layers.yaml", "layers: [staging, marts]\n"),
        (
            STAGING,
            "\
select
    order_id,
    buyer,
    amount,
    weight_kg,
    ordered_at
from raw.shop_orders
",
        ),
        (
            "sql/staging/shop__orders.yaml",
            "\
description: Orders as delivered. One row per order.
columns:
  order_id: {type: text, meaning: key}
  buyer: {type: text, meaning: who bought, personal: true}
  amount: {type: \"decimal(18,4)\", meaning: price}
  weight_kg: {type: double?, meaning: weight}
  ordered_at: {type: timestamp, meaning: when}
unique: [order_id]
",
        ),
        (
            DAYS,
            "\
select
    cast(ordered_at as date) as order_date,
    count(*) as orders,
    sum(amount) as amount
from staging.shop__orders
where cast(ordered_at as date) <= $as_of
group by cast(ordered_at as date)
",
        ),
        (
            CONTRACT,
            "\
description: What was sold. One row per day.
columns:
  order_date: {type: date, meaning: day}
  orders: {type: bigint, meaning: how many}
  amount: {type: \"decimal(28,4)\", meaning: what they cost}
unique: [order_date]
sort_by: [order_date]
checks:
  - not_null: [amount]
examples:
  - name: two orders of a day
    given:
      staging.shop__orders: |
        order_id,buyer,amount,ordered_at
        A,x,1.0000,2026-01-01T10:00:00Z
        B,x,2.5000,2026-01-01T11:00:00Z
    expect: |
      order_date,orders,amount
      2026-01-01,2,3.5000
",
        ),
        (
            ORDERS,
            "\
order_id,buyer,amount,weight_kg,ordered_at
A,Ann Lee,10.00,1.5,2026-01-01T10:00:00Z
B,Bob Ray,20.50,,2026-01-01T11:00:00Z
C,Ann Lee,5.00,0.25,2026-01-02T09:00:00Z
",
        ),
    ])
}

/// Nothing on stdout; these words, without the first newline, on stderr.
pub fn check_told(told: &Told, code: i32, expected: &str) {
    assert_eq!(told.err, expected.strip_prefix('\n').unwrap_or(expected));
    assert_eq!((told.code, told.out.as_str()), (code, ""));
}
