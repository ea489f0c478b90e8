with

leads as (
    select
        *,
        concat('x_education:', prospect_id) as record_id
    from staging.x_education__leads
),

words as (
    select
        record_id,
        unnest([
            'lead_origin', 'last_activity', 'city', 'specialization', 'heard_from', 'occupation',
            'course_choice_reason', 'refuses_email', 'refuses_calls', 'was_recommended',
            'wants_interview_book', 'tags', 'lead_quality', 'lead_profile',
            'last_notable_activity', 'activity_index', 'profile_index'
        ]) as fact,
        unnest([
            lead_origin, last_activity, city, specialization, heard_from, occupation,
            course_choice_reason, cast(refuses_email as text), cast(refuses_calls as text),
            cast(was_recommended as text), cast(wants_interview_book as text), tags,
            lead_quality, lead_profile, last_notable_activity, activity_index, profile_index
        ]) as value
    from leads
),

numbers as (
    select
        record_id,
        unnest([
            'total_visits', 'time_on_site_s', 'page_views_per_visit', 'activity_score',
            'profile_score'
        ]) as fact,
        unnest([
            cast(total_visits as double), cast(time_on_site_s as double), page_views_per_visit,
            cast(activity_score as double), cast(profile_score as double)
        ]) as amount
    from leads
)

select record_id, fact, lower(btrim(value)) as value, cast(null as double) as amount
from words
where btrim(value) <> ''
union all
select record_id, fact, cast(null as text) as value, amount
from numbers
where amount is not null
