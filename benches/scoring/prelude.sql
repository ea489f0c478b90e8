-- What benches/duckdb/scoring.sql reads, from the raw files of this bench: every lead is one record and one visitor.
-- Reads the variables data, sql, until and as_of.

create schema reference;
create schema entities;
create schema identity;
create schema scoring;
create schema marts;

create macro rows(name) as table
select * from read_csv(getvariable('sql') || '/reference/' || name || '.csv', header = true, delim = ',', quote = '"');

create macro local_date(moment) as (moment + interval 8 hour)::date;

create table reference.score_versions as select * from rows('score_versions');
create table reference.score_rules as select * from rows('score_rules');
create table reference.score_bounds as select * from rows('score_bounds');

create table entities.lead_records as
select
    lead_id as record_id, title, industry, ['cn', 'de', 'us', 'sg'][list_position(['China', 'Germany', 'United States', 'Singapore'], country)] as region, employees::bigint as employees, email,
    strptime(created_at, '%Y/%m/%d %H:%M') - interval 8 hour as captured_at
from read_csv(getvariable('data') || '/crm/leads.csv', header = true, all_varchar = true)
where strptime(created_at, '%Y/%m/%d %H:%M') - interval 8 hour < getvariable('until');

create table identity.records as
select record_id, record_id as lead_id, record_id as person_id, 'business' as mailbox, captured_at from entities.lead_records;

create view identity.leads as select lead_id, person_id, captured_at from identity.records;

create table identity.visitors as
select
    forms.visitor_id, 'L' || lpad(forms.visitor_id[2:], 7, '0') as person_id,
    null::timestamp as from_at, null::timestamp as until_at
from read_csv(getvariable('data') || '/forms/web_forms.csv', header = true, all_varchar = true) as forms;

create view entities.touchpoints as
select touch_id, visitor_id, kind, landing_url, strptime(occurred_at, '%Y-%m-%dT%H:%M:%SZ') as touched_at
from read_csv(getvariable('data') || '/touchpoints/touches.csv', header = true, all_varchar = true);

create view entities.activities as
select null::varchar as activity_id, null::varchar as record_id, null::varchar as direction, null::timestamp as occurred_at where false;
