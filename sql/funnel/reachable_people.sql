with

-- What was tried with any record says it of the address, also one that turned out to be no lead.
proofs as (
    select
        verifications.verification_id,
        verifications.medium,
        case verifications.medium when 'email' then contacts.email_key
            else coalesce(contacts.mobile_key, contacts.phone_key) end as address_key,
        verifications.is_reached,
        cast(verifications.verified_at at time zone $time_zone as date) as verified_date
    from identity.verifications as verifications
    inner join identity.contacts as contacts
        on concat('lead:', verifications.record_id) = contacts.contact_id
),

ways as (
    select distinct
        days.person_id,
        days.moment,
        days.day,
        told.medium,
        told.address_key
    from funnel.reach_days as days
    inner join funnel.ways_to_people as told on days.person_id = told.person_id
    where told.told_date <= days.day
),

judged as (
    select
        ways.person_id,
        ways.moment,
        ways.day,
        ways.medium,
        ways.address_key,
        coalesce(
            first_value(proofs.is_reached order by
                proofs.verified_date desc nulls first, proofs.is_reached, proofs.verification_id
            ) filter (where proofs.verified_date is null or proofs.verified_date <= ways.day),
            true
        ) as is_open
    from ways
    left join proofs
        on ways.medium = proofs.medium and ways.address_key = proofs.address_key
    group by ways.person_id, ways.moment, ways.day, ways.medium, ways.address_key
),

reached as (
    select
        judged.person_id,
        judged.moment,
        bool_or(judged.is_open and consents.is_allowed) as is_reachable
    from judged
    inner join funnel.consents as consents
        on judged.person_id = consents.person_id
            and judged.medium = consents.medium
            and judged.day >= consents.from_date
            and (judged.day < consents.until_date or consents.until_date is null)
    group by judged.person_id, judged.moment
),

people as (
    select
        days.person_id,
        coalesce(bool_or(reached.is_reachable) filter (where days.moment = 'now'), false)
            as is_reachable,
        bool_or(coalesce(reached.is_reachable, false)) filter (where days.moment = '30d')
            as is_kept_30d,
        bool_or(coalesce(reached.is_reachable, false)) filter (where days.moment = '90d')
            as is_kept_90d,
        min(days.reachable_date) as reachable_date
    from funnel.reach_days as days
    left join reached on days.person_id = reached.person_id and days.moment = reached.moment
    group by days.person_id
)

select * from people
