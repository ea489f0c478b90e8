with

-- Invalid records have landed too; whether they are leads is another question.
landed as (
    select
        members.person_id,
        min(cast(records.captured_at at time zone $time_zone as date)) as landed_date
    from identity.records as records
    inner join identity.members as members
        on concat('lead:', records.record_id) = members.contact_id
    group by members.person_id
),

forms as (
    select
        contacts.contact_id,
        contacts.source_id,
        members.person_id,
        members.lead_id,
        contacts.seen_at,
        cast(contacts.seen_at at time zone $time_zone as date) as sent_date
    from identity.contacts as contacts
    left join identity.members as members on contacts.contact_id = members.contact_id
    where contacts.kind = 'form'
        and cast(contacts.seen_at at time zone $time_zone as date) <= $as_of
),

firsts as (
    select
        lead_id,
        first_value(contact_id order by seen_at, contact_id) as contact_id
    from forms
    where lead_id is not null
    group by lead_id
),

-- Whom the CRM knew before has landed at once.
placed as (
    select
        forms.source_id as link_id,
        links.source,
        forms.lead_id,
        landed.landed_date is not null as is_landed,
        coalesce(landed.landed_date - forms.sent_date > $landing_days, false) as is_late,
        firsts.contact_id is not null as is_golden,
        forms.sent_date,
        landed.landed_date
    from forms
    inner join entities.visitor_links as links on forms.source_id = links.link_id
    left join landed on forms.person_id = landed.person_id
    left join firsts on forms.contact_id = firsts.contact_id
)

select * from placed
