with

counted as (
    select
        source,
        count(*) as rows,
        count(record_id) as record_id,
        count(account_id) as account_id,
        count(owner_id) as owner_id,
        count(stage) as stage,
        count(amount) as amount,
        count(probability) as probability,
        count(is_won) as is_won,
        count(expected_close_date) as expected_close_date,
        count(created_at) as created_at,
        count(closed_at) as closed_at,
        count(loss_reason) as loss_reason
    from entities.opportunities
    group by source
),

fields as (
    select
        source,
        unnest([
            'record_id',
            'account_id',
            'owner_id',
            'stage',
            'amount',
            'probability',
            'is_won',
            'expected_close_date',
            'created_at',
            'closed_at',
            'loss_reason'
        ]) as field,
        rows,
        unnest([
            record_id,
            account_id,
            owner_id,
            stage,
            amount,
            probability,
            is_won,
            expected_close_date,
            created_at,
            closed_at,
            loss_reason
        ]) as filled
    from counted
)

select * from fields
