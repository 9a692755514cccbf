-- Statements of `staff.rights_differences`.

-- name: exclusive_holders
-- 四类岗位互斥: people who hold, by one account or several, posts of two classes at once, with the other posts in words. One row each.
SELECT u.id, string_agg(DISTINCT p.name || '（' || p.class_name || '，' || o.username || '）', '、')
FROM staff_user u
JOIN staff_user o ON o.id <> u.id AND u.id_number <> '' AND o.id_number = u.id_number AND o.is_active
JOIN staff_post p ON p.code = o.role
JOIN staff_post m ON m.code = u.role AND m.post_class <> p.post_class
WHERE u.id = ANY (%s)
GROUP BY u.id
