-- Who is who. Contacts are numbered in the order in which they were seen, so that the least number of a group is its earliest contact.

create table identity.contacts as
with

given as (
    select
        'lead:' || record_id as contact_id, 'lead' as kind, record_id, null::varchar as visitor_id,
        email, phone, verdict, is_test, captured_at as seen_at
    from entities.lead_records
    union all
    select 'form:' || link_id, 'form', null, visitor_id, email, phone, null, false, linked_at
    from entities.visitor_links
),

read as (
    select
        *,
        lower(trim(email)) as address,
        regexp_replace(translate(phone, '０１２３４５６７８９', '0123456789'), '[^0-9]', '', 'g') as digits
    from given
),

judged as (
    select
        *,
        coalesce(regexp_matches(address, '^[^@\s]+@[^@\s]+\.[a-z]{2,}$'), false) as has_email,
        coalesce(length(digits) >= 7 and replace(digits, left(digits, 1), '') <> '', false) as has_phone,
        split_part(address, '@', 1) as local_part,
        split_part(address, '@', 2) as domain,
        regexp_replace(digits, '^00', '') as subscriber
    from read
)

select
    row_number() over (order by judged.seen_at, judged.contact_id) as contact_no,
    judged.kind,
    judged.record_id,
    judged.visitor_id,
    case when judged.has_email and roles.local_part is null then
        case
            when domains.ignores_dots then replace(split_part(judged.local_part, '+', 1), '.', '')
            when domains.ignores_tags then split_part(judged.local_part, '+', 1)
            else judged.local_part
        end || '@' || judged.domain
    end as email_key,
    case when judged.has_phone and not starts_with(judged.subscriber, '400') then
        case when regexp_full_match(judged.subscriber, '1[3-9][0-9]{9}') then '86' else '' end || judged.subscriber
    end as phone_key,
    case when judged.has_email then coalesce(domains.kind, 'business') end as mailbox,
    case
        when judged.kind <> 'lead' then null
        when judged.is_test then 'test'
        when domains.kind = 'internal' then 'internal'
        when judged.has_email or judged.has_phone
            then case when judged.verdict is not null then 'sales_verdict' end
        when judged.email is null and judged.phone is null then 'no_contact'
        else 'unusable_contact'
    end as invalid_reason
from judged
left join reference.mail_domains as domains on judged.domain = domains.domain
left join reference.role_mailboxes as roles on judged.local_part = roles.local_part;

-- Everybody who shares a key is tied to the first of them; a key of one contact ties nobody.
create table identity.edges as
with

keys as (
    select contact_no, 'e' || email_key as key from identity.contacts where email_key is not null and invalid_reason is null
    union all
    select contact_no, 'p' || phone_key from identity.contacts where phone_key is not null and invalid_reason is null
    union all
    select contact_no, 'v' || visitor_id from identity.contacts where visitor_id is not null and invalid_reason is null
),

shared as (
    select key, min(contact_no) as first_no
    from keys
    group by key
    having count(*) > 1
),

ties as (
    select distinct keys.contact_no, shared.first_no
    from keys
    inner join shared on keys.key = shared.key
    where keys.contact_no <> shared.first_no
)

select contact_no as from_no, first_no as to_no from ties
union all
select first_no, contact_no from ties;

-- The least contact number of every group, handed on from neighbour to neighbour until nobody hears of a lesser one.
create table identity.clusters as
with recursive labels(contact_no, label) using key (contact_no) as (
    select from_no, least(from_no, min(to_no))
    from identity.edges
    group by from_no
    union
    select edges.from_no, min(labels.label)
    from labels
    inner join identity.edges as edges on labels.contact_no = edges.to_no
    inner join recurring.labels as known on edges.from_no = known.contact_no
    where labels.label < known.label
    group by edges.from_no
)

select contact_no, label as person_id from labels;

create table identity.people as
select
    coalesce(clusters.person_id, contacts.contact_no) as person_id,
    arg_min(contacts.record_id, contacts.contact_no) filter (where contacts.kind = 'lead') as lead_id
from identity.contacts as contacts
left join identity.clusters as clusters on contacts.contact_no = clusters.contact_no
where contacts.invalid_reason is null
group by all;

-- What later tables need of lead records: whose they are.
create table identity.records as
select
    lead_records.record_id,
    people.lead_id,
    people.person_id,
    case
        when contacts.invalid_reason is not null then 'invalid'
        when people.lead_id = lead_records.record_id then 'golden'
        else 'merged'
    end as outcome,
    contacts.mailbox,
    lead_records.channel,
    lead_records.title,
    lead_records.industry,
    lead_records.employees,
    lead_records.captured_at,
    local_date(lead_records.captured_at) as captured_date
from entities.lead_records as lead_records
inner join identity.contacts as contacts on lead_records.record_id = contacts.record_id
left join identity.clusters as clusters on contacts.contact_no = clusters.contact_no
left join identity.people as people
    on contacts.invalid_reason is null and people.person_id = coalesce(clusters.person_id, contacts.contact_no);

create view identity.leads as
from identity.records where outcome = 'golden';

create table identity.visitors as
select
    contacts.visitor_id,
    min(coalesce(clusters.person_id, contacts.contact_no)) as person_id
from identity.contacts as contacts
left join identity.clusters as clusters on contacts.contact_no = clusters.contact_no
where contacts.visitor_id is not null
group by contacts.visitor_id;
