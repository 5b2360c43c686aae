-- What voting knows of a project: the read model of proposal.published, project.passed and project.completed,
-- and from when until when it may be liked (an empty interval = never).
CREATE TABLE voting.project (
  street int NOT NULL CONSTRAINT project_street CHECK (street BETWEEN 100000000 AND 999999999),
  id uuid NOT NULL,
  number text COLLATE "C" NOT NULL,
  title text NOT NULL,
  category text NOT NULL,
  region text NOT NULL,
  round int NOT NULL,
  state text NOT NULL CONSTRAINT project_state CHECK (state IN ('published', 'passed', 'listed', 'completed')),
  likes_from timestamptz,
  likes_until timestamptz,
  completed_at timestamptz,
  CONSTRAINT project_pk PRIMARY KEY (street, id),
  CONSTRAINT project_number UNIQUE (street, number),
  CONSTRAINT project_likes CHECK ((likes_from IS NULL) = (likes_until IS NULL)),
  CONSTRAINT project_completed CHECK ((state = 'completed') = (completed_at IS NOT NULL))
);
SELECT xq.distribute('voting.project', 'voting.stream_head');
GRANT SELECT, INSERT, UPDATE (number, title, category, region, round, state, likes_from, likes_until, completed_at) ON voting.project TO xq_voting;
