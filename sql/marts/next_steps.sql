with

records as (
    select record_id, lead_id from identity.records where lead_id is not null
),

deals as (
    select
        opportunities.opportunity_id,
        records.lead_id,
        coalesce(records.lead_id, opportunities.opportunity_id) as subject_id,
        opportunities.owner_id,
        opportunities.is_won is null
            or cast(opportunities.closed_at at time zone $time_zone as date) > $as_of as is_open,
        opportunities.created_at
    from records
    right join entities.opportunities as opportunities
        on records.record_id = opportunities.record_id
),

-- A lead on the way, or a deal.
open as (
    select
        lead_id as subject_id,
        stage,
        false as is_deal
    from funnel.open_leads
    union all
    select
        subject_id,
        cast(null as text) as stage,
        true as is_deal
    from deals
    where is_open
        and coalesce(cast(created_at at time zone $time_zone as date) <= $as_of, true)
),

subjects as (
    select
        subject_id,
        max(stage) as stage,
        count(*) filter (where is_deal) as open_deals
    from open
    group by subject_id
),

owners as (
    select lead_id as subject_id, owner_id from identity.leads
    union all
    select opportunity_id, owner_id from deals where lead_id is null
),

-- What is planned and was not done by the end of $as_of, with anybody of the lead or for a deal.
planned as (
    select
        activities.record_id,
        activities.opportunity_id,
        activities.due_date
    from entities.activities as activities
    where (activities.kind = 'task' or activities.is_done is not null)
        and not coalesce(activities.is_done, false)
        and coalesce(
            cast(activities.created_at at time zone $time_zone as date) <= $as_of, true
        )
    union all
    select
        activities.record_id,
        activities.opportunity_id,
        activities.due_date
    from entities.activities as activities
    where activities.is_done
        and cast(activities.created_at at time zone $time_zone as date) <= $as_of
        and cast(activities.occurred_at at time zone $time_zone as date) > $as_of
),

steps as (
    select
        coalesce(records.lead_id, deals.subject_id) as subject_id,
        planned.due_date
    from records
    right join planned on records.record_id = planned.record_id
    left join deals on planned.opportunity_id = deals.opportunity_id
),

summed as (
    select
        subject_id,
        count(*) as tasks,
        count(*) filter (where due_date <= $as_of) as overdue_tasks,
        min(case when due_date > $as_of then due_date end) as next_due_date,
        min(case when due_date <= $as_of then due_date end) as overdue_since_date
    from steps
    where subject_id is not null
    group by subject_id
),

next_steps as (
    select
        subjects.subject_id,
        leads.lead_id,
        coalesce(owners.owner_id, '(nobody)') as owner_id,
        subjects.stage,
        subjects.open_deals,
        coalesce(summed.tasks, 0) as tasks,
        coalesce(summed.overdue_tasks, 0) as overdue_tasks,
        coalesce(summed.tasks > summed.overdue_tasks, false) as has_next_step,
        summed.next_due_date,
        summed.overdue_since_date
    from subjects
    left join identity.leads as leads on subjects.subject_id = leads.lead_id
    left join owners on subjects.subject_id = owners.subject_id
    left join summed on subjects.subject_id = summed.subject_id
)

select * from next_steps
