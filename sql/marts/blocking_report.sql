with

rules as (
    select
        rule,
        place,
        fields,
        max_records
    from reference.blocking_rules
),

-- Rules that share no field with a rule find a pair whatever its own fields say.
others as (
    select
        rules.rule,
        bit_or(1 << others.place) as others
    from rules
    inner join rules as others
        on not array_has_any(
            string_to_array(rules.fields, ' '), string_to_array(others.fields, ' ')
        )
    group by rules.rule
),

entries as (
    select
        kind,
        rule,
        count(*) as entries
    from identity.blocking_keys
    group by kind, rule
),

blocks as (
    select
        kind,
        rule,
        count(*) as shared_keys,
        count(*) filter (where is_hub) as hubs,
        sum(case when is_hub then records else 0 end) as hub_entries
    from identity.blocks
    group by kind, rule
),

found as (
    select
        found.kind,
        rules.rule,
        sum(found.pairs) as pairs,
        sum(case when found.rules = 1 << rules.place then found.pairs else 0 end) as pairs_alone,
        sum(found.linked) as linked,
        sum(case when found.rules = 1 << rules.place then found.linked else 0 end) as linked_alone
    from identity.found_pairs as found
    inner join rules on (found.rules >> rules.place) & 1 = 1
    group by found.kind, rules.rule
),

witnessed as (
    select
        found.kind,
        rules.rule,
        sum(found.linked) as witnessed,
        sum(case when (found.rules >> rules.place) & 1 = 1 then found.linked else 0 end)
            as recaptured
    from identity.found_pairs as found
    cross join rules
    inner join others on rules.rule = others.rule
    where found.rules & others.others <> 0
    group by found.kind, rules.rule
),

kinds as (
    select
        kind,
        sum(linked) as linked
    from identity.found_pairs
    where rules <> 0
    group by kind
),

counted as (
    select
        entries.kind,
        entries.rule,
        rules.fields,
        rules.max_records,
        entries.entries,
        coalesce(blocks.shared_keys, 0) as shared_keys,
        coalesce(blocks.hubs, 0) as hubs,
        coalesce(blocks.hub_entries, 0) as hub_entries,
        coalesce(found.pairs, 0) as pairs,
        coalesce(found.pairs_alone, 0) as pairs_alone,
        coalesce(found.linked, 0) as linked,
        coalesce(found.linked_alone, 0) as linked_alone,
        coalesce(witnessed.witnessed, 0) as witnessed,
        coalesce(witnessed.recaptured, 0) as recaptured,
        coalesce(kinds.linked, 0) as all_linked
    from entries
    inner join rules on entries.rule = rules.rule
    left join blocks on entries.kind = blocks.kind and entries.rule = blocks.rule
    left join found on entries.kind = found.kind and entries.rule = found.rule
    left join witnessed on entries.kind = witnessed.kind and entries.rule = witnessed.rule
    left join kinds on entries.kind = kinds.kind
),

report as (
    select
        kind,
        rule,
        fields,
        max_records,
        entries,
        shared_keys,
        hubs,
        hub_entries,
        pairs,
        pairs_alone,
        linked,
        linked_alone,
        witnessed,
        recaptured,
        cast(linked as double) / nullif(cast(pairs as double), 0.0) as quality,
        cast(linked as double) / nullif(cast(all_linked as double), 0.0) as linked_share,
        cast(linked_alone as double) / nullif(cast(all_linked as double), 0.0) as lost_share,
        cast(recaptured as double) / nullif(cast(witnessed as double), 0.0) as completeness
    from counted
)

select * from report
