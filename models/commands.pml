/* The processes of one execution on its node: agent, supervisors, commands.

   The agent dies at any moment, a supervisor while its command runs, and the
   machine reboots. A command may leave processes behind that left its process
   group, and some of them can't be ended for a while.

   Guards, and what breaks without each:
   - journal-first: an agent that dies between the start and the journal
     starts the attempt again
   - read-exit-status: a command that ended while no agent lived is told as
     interrupted and run again
   - status-read-last: a command that ended with 0 at the moment of a cancel
     or of a look is not ready but run again
   - wait-for-command: a command that runs on when its agent dies is ended
   - folder-until-journaled: an agent that dies after it removed the folder
     loses the exit status
   - reap-interrupted: an attempt is told as interrupted while its command
     still runs
   - every-process: a process that left the process group runs beside the
     next attempt
   - left-running: a process that can not be ended runs beside the next
     attempt
   - same-process: after a reboot a process of somebody else is ended

   Checked: assertions */

#define ATTEMPTS 2

mtype = { NONE, STARTED, DONE, INTERRUPTED, CANCELLED };

/* Durable: the journal, and the exit status in the attempt's folder. */
mtype journal[ATTEMPTS+1] = NONE;
bool status[ATTEMPTS+1];       /* the supervisor left 0 there */
bool old_boot[ATTEMPTS+1];     /* it was started before the last reboot */

/* What really runs. */
bool supervisor[ATTEMPTS+1];
bool command[ATTEMPTS+1];      /* in the supervisor's process group */
bool stray[ATTEMPTS+1];        /* left the group, carries the id */
bool stuck[ATTEMPTS+1];        /* can't be ended for now */

/* What has happened. */
byte starts[ATTEMPTS+1];
bool finished = false;         /* a command has ended with 0 */
bool lost[ATTEMPTS+1];         /* its supervisor died, was ended, or the machine */
bool dying = false;            /* the agent is to die now */
byte deaths = 0, reboots = 0, cancels = 0, supervisor_deaths = 0;

/* The engine: attempt 1, and 2 once 1 was interrupted or cancelled. */
#define WANTED ((journal[1] == INTERRUPTED || journal[1] == CANCELLED) -> 2 : 1)
#define ANSWERED(a) (journal[a] == DONE || journal[a] == INTERRUPTED || \
                     journal[a] == CANCELLED)
#define RUNS(a) (command[a] || stray[a])

/* A supervisor runs the command and leaves its status by a rename; then it is
   gone. */
proctype supervise(byte a)
{
    do
    :: atomic { supervisor[a] && command[a] ->      /* the command ends well */
           command[a] = false; finished = true }
    :: atomic { supervisor[a] && command[a] && !stray[a] -> stray[a] = true }
    :: atomic { supervisor[a] && stray[a] && !stuck[a] && a == 1 ->
           stuck[a] = true }
    :: atomic { supervisor[a] && !command[a] && !lost[a] ->
           status[a] = true; supervisor[a] = false; break }
    :: atomic { supervisor[a] && command[a] && supervisor_deaths < 1 ->
           supervisor_deaths++; lost[a] = true; supervisor[a] = false; break }
    :: atomic { !supervisor[a] -> break }           /* a reboot, or ended */
    od
}

inline spawn(a)
{
    atomic {
        assert(!finished);             /* a command that ended is not run again */
        assert(starts[a] == 0);        /* an id starts at most once, ever */
        assert(a == 1 || !RUNS(1));    /* two attempts never overlap */
        starts[a]++; supervisor[a] = true; command[a] = true;
        run supervise(a)
    }
}

/* What the agent knows to run of an attempt outside of its process group. */
#ifdef NO_EVERY_PROCESS
#define SEEN(a) false
#else
#define SEEN(a) stray[a]
#endif

/* Ends what belongs to an attempt, and waits for it. */
inline end(a)
{
    atomic {
#ifdef NO_SAME_PROCESS
        /* The number is that of a stranger after a reboot. */
        assert(!old_boot[a]);
#endif
        command[a] = false; supervisor[a] = false;
        if :: SEEN(a) && !stuck[a] -> stray[a] = false :: else fi
    }
}

inline answer(a, outcome)
{
    atomic {
        assert(!ANSWERED(a));
        /* What was answered as not done does not run, but for what is told
           as left running and holds the next attempt. */
        assert(outcome == DONE || !command[a]);
        /* Only a reboot or the supervisor's own death interrupts. */
        assert(outcome != INTERRUPTED || lost[a] || starts[a] == 0);
        journal[a] = outcome
    }
}

/* Finds out how an attempt ended that nobody supervises any more. */
inline conclude(a, otherwise)
{
#ifndef NO_STATUS_READ_LAST
    ended_well = status[a];
#endif
#ifdef NO_READ_EXIT_STATUS
    ended_well = false;
#endif
    if
    :: ended_well ->
#ifdef NO_FOLDER_UNTIL_JOURNALED
       status[a] = false;
#endif
       answer(a, DONE)
    :: else ->
#ifndef NO_REAP_INTERRUPTED
       end(a);
#endif
       answer(a, otherwise)
    fi
}

inline look_at_started(a)
{
    ended_well = status[a];
    if
#ifndef NO_WAIT_FOR_COMMAND
    :: supervisor[a] -> skip               /* the command is waited for */
    :: !supervisor[a] -> conclude(a, INTERRUPTED)
#else
    :: true -> conclude(a, INTERRUPTED)
#endif
    fi
}

inline cancel(a)
{
    ended_well = status[a];
    /* The supervisor ends its command and leaves a status if the command was
       quicker. */
    atomic {
        if
        :: supervisor[a] && command[a] -> end(a); lost[a] = true
        :: supervisor[a] && !command[a] ->
            status[a] = true; supervisor[a] = false
        :: else
        fi
    };
    conclude(a, CANCELLED)
}

inline begin(a)
{
    /* Nothing of an earlier attempt runs, however long that takes. */
#ifndef NO_LEFT_RUNNING
    (a == 1 || !SEEN(1));
#endif
#ifdef NO_JOURNAL_FIRST
    spawn(a); journal[a] = STARTED
#else
    journal[a] = STARTED; spawn(a)
#endif
}

active proctype agent()
{
    bool ended_well;

born:
    {
    do
    :: WANTED == 1 && journal[1] == NONE -> begin(1)
    :: WANTED == 2 && journal[2] == NONE -> begin(2)
    :: journal[1] == STARTED -> look_at_started(1)
    :: journal[2] == STARTED -> look_at_started(2)
    :: journal[1] == STARTED && cancels < 1 -> cancels++; cancel(1)
    :: ANSWERED(2) || journal[1] == DONE -> break
    od
    } unless { atomic { dying -> dying = false; ended_well = false }; goto born }
}

active proctype world()
{
    do
    :: atomic { stuck[1] -> stuck[1] = false; stray[1] = false }
    :: atomic { deaths < 2 && !dying -> deaths++; dying = true }
    :: atomic { reboots < 1 ->
           reboots++; dying = true;
           /* Nobody can know what ended without leaving a status. */
           finished = finished && status[1];
           lost[1] = lost[1] || supervisor[1]; lost[2] = lost[2] || supervisor[2];
           supervisor[1] = false; supervisor[2] = false;
           command[1] = false; command[2] = false;
           stray[1] = false; stray[2] = false; stuck[1] = false;
           old_boot[1] = (starts[1] > 0); old_boot[2] = (starts[2] > 0) }
    :: atomic { ANSWERED(2) || journal[1] == DONE -> break }
    od
}
