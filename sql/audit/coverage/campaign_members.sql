with

counted as (
    select
        source,
        count(*) as rows,
        count(record_id) as record_id,
        count(status) as status,
        count(has_responded) as has_responded,
        count(responded_date) as responded_date,
        count(created_at) as created_at
    from entities.campaign_members
    group by source
),

fields as (
    select
        source,
        unnest([
            'record_id',
            'status',
            'has_responded',
            'responded_date',
            'created_at'
        ]) as field,
        rows,
        unnest([
            record_id,
            status,
            has_responded,
            responded_date,
            created_at
        ]) as filled
    from counted
)

select * from fields
