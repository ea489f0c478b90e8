with

counted as (
    select
        attribute,
        value,
        count(*) as leads,
        count(*) filter (where is_won) as won
    from funnel.lead_attributes
    group by attribute, value
),

totals as (
    select
        attribute,
        sum(leads) as leads,
        sum(won) as won,
        count(*) as distinct_values
    from counted
    group by attribute
),

compared as (
    select
        counted.attribute,
        counted.value,
        counted.leads,
        counted.won,
        cast(counted.leads as double) / totals.leads as base_share,
        cast(counted.won as double) / nullif(totals.won, 0) as won_share,
        -- Half a lead added to each count: a value that nobody of a few had is no proof.
        case
            when totals.won > 0 and totals.won < totals.leads then ln(
                (counted.won + 0.5) / (totals.won + 0.5 * totals.distinct_values)
                / ((counted.leads - counted.won + 0.5)
                    / (totals.leads - totals.won + 0.5 * totals.distinct_values))
            )
        end as weight_of_evidence
    from counted
    inner join totals on counted.attribute = totals.attribute
),

lookalikes as (
    select
        attribute,
        value,
        leads,
        won,
        base_share,
        won_share,
        won_share / base_share as lift,
        weight_of_evidence
    from compared
)

select * from lookalikes
