with

contacts as (
    select * from identity.contacts where visitor_id is not null
),

members as (
    select * from identity.members
),

-- The visitor itself is a key, so all its contacts are one person's.
visitors as (
    select
        contacts.visitor_id,
        min(members.person_id) as person_id
    from contacts
    inner join members on contacts.contact_id = members.contact_id
    group by contacts.visitor_id
)

select * from visitors
