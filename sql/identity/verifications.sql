with

outcomes as (
    select * from reference.contact_outcomes
),

activities as (
    select
        *,
        lower(btrim(nfkc(outcome))) as outcome_key
    from entities.activities
    where record_id is not null and occurred_at is not null
),

members as (
    select
        *,
        lower(btrim(nfkc(status))) as status_key
    from entities.campaign_members
    where record_id is not null
),

verifications as (
    select
        concat('activity:', activities.activity_id) as verification_id,
        activities.record_id,
        case activities.kind when 'email' then 'email' else 'phone' end as medium,
        activities.source,
        outcomes.is_reached,
        activities.occurred_at as verified_at
    from activities
    inner join outcomes
        on activities.kind = outcomes.kind and activities.outcome_key = outcomes.outcome
    union all
    -- Who writes or calls has an address or a number that works.
    select
        concat('inbound:', activity_id),
        record_id,
        case kind when 'email' then 'email' else 'phone' end,
        source,
        true,
        occurred_at
    from activities
    where direction = 'inbound' and kind in ('email', 'call') and not is_automated
    union all
    select
        concat('campaign_member:', members.campaign_member_id),
        members.record_id,
        'email',
        members.source,
        outcomes.is_reached,
        coalesce(members.modified_at, members.created_at)
    from members
    inner join outcomes on outcomes.kind = 'campaign' and members.status_key = outcomes.outcome
    union all
    select
        concat('lead_record:', record_id),
        record_id,
        'email',
        source,
        false,
        email_bounced_at
    from entities.lead_records
    where is_email_bounced
)

select * from verifications
