with

-- The list reads [7, 8].
pairs as (
    select
        unnest(string_to_array(regexp_replace(merged_ids, '[^0-9,]', '', 'g'), ',')) as lead_id,
        lead_id as master_id,
        activity_id,
        occurred_at
    from staging.marketo__merges
),

-- A lead that came back and went again is where it went last.
merged as (
    select
        lead_id,
        last_value(master_id order by occurred_at, activity_id) as master_id,
        max(occurred_at) as merged_at
    from pairs
    where lead_id <> ''
    group by lead_id
)

select * from merged
