with

-- What the CRM notes of a record is no browser's.
visits as (
    select
        visitor_id,
        first_value(channel order by touched_at, touch_id) as channel,
        min(touched_at) as first_at
    from entities.touchpoints
    where not starts_with(visitor_id, 'record:')
        and cast(touched_at at time zone $time_zone as date) <= $as_of
    group by visitor_id
),

-- A device that several people had is its first one's.
owners as (
    select
        visitors.visitor_id,
        first_value(visitors.person_id
            order by visitors.from_at nulls first, visitors.contact_id) as person_id
    from identity.visitors as visitors
    inner join identity.contacts as contacts on visitors.contact_id = contacts.contact_id
    where contacts.kind <> 'conversion'
        and cast(contacts.seen_at at time zone $time_zone as date) <= $as_of
    group by visitors.visitor_id
),

first_visits as (
    select
        visits.visitor_id,
        owners.person_id,
        visits.channel,
        cast(visits.first_at at time zone $time_zone as date) as first_date
    from owners
    right join visits on owners.visitor_id = visits.visitor_id
)

select * from first_visits
