with

conversions as (
    select
        conversion_id,
        converted_at,
        -- A group that buys together has one path after another.
        lag(converted_at) over (
            partition by anchor, case when $buying_group = 'person' then person_id
                else coalesce(account_id, person_id) end
            order by converted_at, conversion_id
        ) as previous_at
    from journey.conversions
),

visitors as (
    select
        visitor_id,
        person_id,
        contact_id,
        from_at,
        until_at
    from identity.visitors
    union all
    -- What the CRM notes of a record is no browser's.
    select
        concat('record:', substr(contact_id, 6)),
        person_id,
        contact_id,
        cast(null as timestamptz),
        cast(null as timestamptz)
    from identity.members
    where starts_with(contact_id, 'lead:')
),

-- Who had a device before or after is somebody else.
converting as (
    select
        people.conversion_id,
        visitors.visitor_id,
        people.person_id,
        visitors.contact_id,
        conversions.converted_at,
        case when $journey_scope = 'since_previous' then conversions.previous_at end as after_at,
        visitors.from_at,
        visitors.until_at
    from journey.people as people
    inner join conversions on people.conversion_id = conversions.conversion_id
    inner join visitors on people.person_id = visitors.person_id
)

select * from converting
