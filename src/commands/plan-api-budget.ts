/** What the CRM's daily allowance is enough for, for routes and the command line; reckoned in `decide/plan-budget.ts`, asks nobody. */
import { type BudgetPlan, type BudgetWish, planBudget } from '../decide/plan-budget.ts';

export function planApiBudget(wish: BudgetWish): BudgetPlan {
  return planBudget(wish);
}
