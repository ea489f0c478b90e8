with

counted as (
    select
        source,
        count(*) as rows,
        count(record_id) as record_id,
        count(opportunity_id) as opportunity_id,
        count(account_id) as account_id,
        count(owner_id) as owner_id,
        count(kind) as kind,
        count(direction) as direction,
        count(outcome) as outcome,
        count(duration_s) as duration_s,
        count(is_done) as is_done
    from entities.activities
    group by source
),

fields as (
    select
        source,
        unnest([
            'record_id',
            'opportunity_id',
            'account_id',
            'owner_id',
            'kind',
            'direction',
            'outcome',
            'duration_s',
            'is_done'
        ]) as field,
        rows,
        unnest([
            record_id,
            opportunity_id,
            account_id,
            owner_id,
            kind,
            direction,
            outcome,
            duration_s,
            is_done
        ]) as filled
    from counted
)

select * from fields
